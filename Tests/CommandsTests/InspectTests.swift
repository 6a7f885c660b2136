import Checkpoints
import Foundation
import PETL
import TestSupport
import Testing

@Suite struct InspectTests {
  @Test func weights() throws {
    let bench = try Bench()
    try bench.writeExperiment()
    let outcome = try bench.petl(["inspect", "tiny.safetensors", "--json"])
    #expect(outcome.code == 0, "\(outcome.complaints)")
    #expect(outcome.complaints.isEmpty, "\(outcome.complaints)")
    let found = try outcome.json()
    #expect(found["kind"] as? String == "weights")
    let naming = try #require(found["naming"] as? String)
    #expect(naming.contains("timm"))
    #expect(naming.hasSuffix("images of 8 px, no head"))
    #expect(naming.contains("a Vision Transformer of 2 blocks, width 16, 2 heads, patches of 4 px"))
    let file = try SafetensorsFile(path: bench.folder + "/tiny.safetensors")
    let tensors = try #require(found["tensors"] as? [[String: Any]])
    #expect(tensors.count == file.entries.count)
    let count = file.entries.reduce(0) { $0 + $1.elementCount }
    #expect(found["parameters"] as? Int == count)
    let qkv = try #require(tensors.first { $0["name"] as? String == "blocks.0.attn.qkv.weight" })
    let squares = try file.floats("blocks.0.attn.qkv.weight").reduce(0.0) {
      $0 + Double($1) * Double($1)
    }
    let norm = try #require(qkv["norm"] as? Double)
    #expect(abs(norm - squares.squareRoot()) < 1e-9)
    #expect(qkv["shape"] as? [Int] == [48, 16])
    #expect((found["metadata"] as? [String: String])?["heads"] == "2")
    let files = try #require(found["files"] as? [[String: Any]])
    #expect((files.first?["sha256"] as? String)?.count == 64)
    #expect(files.count == 1)

    let text = try bench.petl(["inspect", "tiny.safetensors"])
    let grouped = text.output.split(separator: "\n").first {
      $0.hasPrefix("blocks.*.attn.qkv.weight ")
    }
    let words = grouped?.split(separator: " ").dropFirst().prefix(4).map(String.init)
    #expect(words == ["2", "[48,", "16]", "F32"], "\(text.output)")
    let all = try bench.petl(["inspect", "tiny.safetensors", "--tensors"])
    #expect(all.output.contains("blocks.1.attn.qkv.weight  "))
  }

  /// Files and folders of every library, and their networks.
  @Test func namings() throws {
    let bench = try Bench()
    let root = fixture("namings")
    for (path, words) in [
      ("hf-vit", "Hugging Face ViT"), ("hf-vit-v5/model.safetensors", "(hf-vit-v5)"),
      ("jax-npz/ViT.npz", "(jax-npz)"), ("open-clip", "(open-clip)"), ("swin", "Swin Transformer"),
      ("hf-dinov2-registers", "(hf-dinov2)"),
      ("golden.safetensors", "none that fits: not a network"),
    ] {
      let outcome = try bench.petl(["inspect", "\(root)/\(path)", "--json"])
      #expect(outcome.code == 0, "\(outcome.complaints)")
      let naming = try outcome.json()["naming"] as? String
      #expect(naming?.contains(words) == true, "\(path): \(naming ?? "")")
    }
  }

  /// What only a training reads is refused by name of a run that is trained, all of it at once.
  @Test(arguments: ["evaluate", "predict", "inspect", "report", "canonicalize"])
  func whatIsPast(_ command: String) throws {
    let bench = try Bench()
    try bench.writeExperiment()
    #expect(try bench.petl(["run", "r.yaml", "--output", "run", "--quiet"]).code == 0)
    let output = ["evaluate", "inspect"].contains(command) ? [] : ["--output", "new"]
    let outcome = try bench.petl(
      [
        command, "run", "--set", "optimizer.learning_rate=1", "--set", "seed=3", "--set",
        "threads=1", "--set", "adaptr.rank=3",
      ] + output)
    #expect(outcome.code != 0, "\(outcome)")
    for key in ["optimizer", "seed"] {
      #expect(
        outcome.complaints.contains(
          "'\(key)' is read when a run is trained, and changes nothing of what run is"),
        "\(outcome)")
    }
    #expect(!outcome.complaints.contains("'threads'"), "\(outcome)")
    #expect(outcome.complaints.contains("did you mean 'adapter'?"), "\(outcome)")
    #expect(!FileManager.default.fileExists(atPath: bench.folder + "/new"))
  }

  /// The last stage names the checkpoint, and regularizers may name what is elsewhere now.
  @Test(arguments: ["regularizers=~", "stages=[{name: a, epochs: 1}]"])
  func whatMayBeSet(_ setting: String) throws {
    let bench = try Bench()
    try bench.writeExperiment("stages: [{name: a, epochs: 1}, {name: b, epochs: 1}]\n")
    #expect(try bench.petl(["run", "r.yaml", "--output", "run", "--quiet"]).code == 0)
    let outcome = try bench.petl(["evaluate", "run", "--set", setting])
    #expect(outcome.code == 0, "\(outcome)")
  }

  /// The same adapter as a run has it and as PEFT has it, and its features on images.
  @Test func adapters() throws {
    let bench = try Bench()
    try bench.writeExperiment()
    #expect(try bench.petl(["run", "r.yaml", "--output", "run", "--quiet"]).code == 0)
    let run = try bench.petl(["inspect", "run", "--images", "12", "--json"]).json()
    let adapter = try #require(run["adapter"] as? [String: Any])
    #expect(adapter["method"] as? String == "lora")
    #expect(adapter["parameters"] as? Int == 256)
    #expect(adapter["images"] as? String == "12 images of data test")
    let sites = try #require(adapter["sites"] as? [[String: Any]])
    #expect(sites.count == 4)
    let evaluation = try bench.petl([
      "evaluate", "run", "--set", "batch_size=64", "--json",
    ]).json()
    let bySite = try #require(evaluation["redundancyBySite"] as? [String: Double])
    let split = try bench.petl([
      "inspect", "run", "--images", "12", "--set", "batch_size=64", "--json",
    ]).json()
    let measured = try #require(
      (split["adapter"] as? [String: Any])?["sites"] as? [[String: Any]])
    for site in measured {
      let name = try #require(site["name"] as? String)
      let redundancy = try #require(site["redundancyOfFeatures"] as? Double)
      #expect(abs(redundancy - (bySite[name] ?? 2)) < 1e-9)
    }
    let peft = try bench.petl(["inspect", "run/adapter", "--json"]).json()
    #expect(peft["kind"] as? String == "peft-adapter")
    #expect(peft["naming"] as? String == "PEFT, modules of timm")
    let modules = try #require(
      (peft["adapter"] as? [String: Any])?["sites"] as? [[String: Any]])
    #expect(modules.map { $0["rank"] as? Int } == [4, 4])
    // ‖ΔW‖² of the fused map is the sum over its parts.
    func squares(_ sites: [[String: Any]], _ layer: Int) -> Double {
      sites.filter { ($0["name"] as? String)?.hasPrefix("blocks.\(layer).") == true }
        .compactMap { $0["norm"] as? Double }.reduce(0) { $0 + $1 * $1 }
    }
    for layer in 0..<2 {
      let (parts, whole) = (squares(sites, layer), squares(modules, layer))
      #expect(parts > 0)
      #expect(abs(parts - whole) < 1e-6 * parts)
    }
    let onWeights = try bench.petl([
      "inspect", "run/adapter", "--weights", "tiny.safetensors", "--data", "data.safetensors",
      "--images", "12", "--json",
    ])
    #expect(onWeights.code == 0, "\(onWeights.complaints)")
    let placed = try #require(
      (try onWeights.json()["adapter"] as? [String: Any])?["sites"] as? [[String: Any]])
    #expect(placed.map { $0["name"] as? String } == sites.map { $0["name"] as? String })
    for (one, other) in zip(placed, sites) {
      let norms = [one, other].compactMap { $0["norm"] as? Double }
      try #require(norms.count == 2)
      #expect(abs(norms[0] - norms[1]) < 1e-6 * norms[1])
      #expect(one["redundancyOfFeatures"] is Double)
    }
    let text = try bench.petl(["inspect", "run", "--images", "4"])
    #expect(text.output.contains("lora: 256 numbers at 4 sites"))
    #expect(text.output.contains("blocks.1.value"))
    let checkpoint = try bench.petl(["inspect", "run/checkpoint/train.safetensors", "--json"])
    #expect(try checkpoint.json()["kind"] as? String == "checkpoint")
  }

  /// A nonlinear adapter has no ΔW, and what trains weights has no sites.
  @Test(arguments: [("adaptformer", 2), ("dora", 4), ("bitfit", 0)])
  func otherMethods(_ name: String, _ count: Int) throws {
    let bench = try Bench()
    try bench.writeExperiment("epochs: 1\n")
    let path = bench.folder + "/r.yaml"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let options = name == "bitfit" ? "" : ", rank: 2"
    try bench.write(
      text.replacing("{type: lora, rank: 2}", with: "{type: \(name)\(options)}"), to: "r.yaml")
    let run = try bench.petl(["run", "r.yaml", "--output", "run", "--quiet"])
    #expect(run.code == 0, "\(run.complaints)")
    let outcome = try bench.petl(["inspect", "run", "--json"])
    #expect(outcome.code == 0, "\(outcome.complaints)")
    let adapter = try #require(try outcome.json()["adapter"] as? [String: Any])
    let sites = try #require(adapter["sites"] as? [[String: Any]])
    #expect(adapter["method"] as? String == name)
    #expect(sites.count == count)
    #expect(sites.allSatisfy { ($0["norm"] != nil) == (name == "dora") })
    #expect(try bench.petl(["inspect", "run"]).code == 0)
    let file = try bench.petl(["inspect", "run/adapter", "--json"])
    #expect(file.code == 0, "\(file.complaints)")
    let alone = try file.json()
    let kind = name == "dora" ? "peft-adapter" : "petl-adapter"
    #expect(alone["kind"] as? String == kind)
    let figures = try #require(alone["adapter"] as? [String: Any])
    let method = name == "dora" ? "PEFT DoRA (figures of its low-rank part)" : name
    #expect(figures["method"] as? String == method)
    if name != "dora" { #expect(figures["parameters"] as? Int == adapter["parameters"] as? Int) }
    let shown = try bench.petl(["inspect", "run/adapter"])
    #expect(shown.output.contains("give --weights") == (name != "dora"))
    let placed = try bench.petl([
      "inspect", "run/adapter", "--weights", "tiny.safetensors", "--json",
    ])
    #expect(placed.code == 0, "\(placed.complaints)")
    let onWeights = try #require(try placed.json()["adapter"] as? [String: Any])
    #expect((onWeights["sites"] as? [Any])?.count == count)
  }

  /// Numbers that are not finite, and rank-one parts of zeros, are pointed out.
  @Test func oddities() throws {
    let bench = try Bench()
    let b: [Float] = [1, 0, 2, 0, 3, 0, 4, 0]
    let folder = PEFTAdapterFolder(modules: [
      PEFTLoRA(
        module: "blocks.0.fc", a: [1, 2, 3, 4, 5, 6], aShape: [2, 3], b: b, bShape: [4, 2],
        alpha: 2),
      PEFTLoRA(
        module: "blocks.1.fc", a: [.nan, 2, 3, 4, 5, 6], aShape: [2, 3], b: b, bShape: [4, 2],
        alpha: 2),
    ])
    try folder.write(to: bench.folder + "/odd")
    let outcome = try bench.petl(["inspect", "odd"])
    #expect(outcome.code == 0)
    #expect(outcome.complaints.contains("1 of the 2 rank-one parts of blocks.0.fc are zero"))
    #expect(outcome.complaints.contains("1 of the 6 numbers of "))
    #expect(outcome.output.contains("blocks.1.fc !"))
    let found = try bench.petl(["inspect", "odd", "--json"]).json()
    #expect((found["warnings"] as? [String])?.count == 2)
  }

  @Test func mistakes() throws {
    let bench = try Bench()
    try bench.writeExperiment()
    try bench.write("not weights", to: "a.safetensors")
    try bench.write("not weights", to: "a.bin")
    for (arguments, words) in [
      (["nowhere"], "there is no file or folder 'nowhere'"),
      (["a.safetensors"], "a.safetensors"),
      (["."], "safetensors files in this folder"),
      (["tiny.safetensors", "--images", "0"], "--images is at least 1."),
      (["tiny.safetensors", "--images", "4"], "tiny.safetensors has no network"),
      (
        ["tiny.safetensors", "--weights", "tiny.safetensors"], "the network of an adapter's folder"
      ),
      (["tiny.safetensors", "--set", "seed=1"], "--set changes the recipe of a run"),
      (["tiny.safetensors", "--images", "4", "--split", "tst"], "did you mean 'test'?"),
      (["tiny.safetensors", "--split", "test"], "--split goes with --images or --data"),
    ] {
      let outcome = try bench.petl(["inspect"] + arguments)
      #expect(outcome.code == 2, "\(arguments) \(outcome)")
      #expect(outcome.output.isEmpty, "\(arguments) \(outcome)")
      #expect(outcome.complaints.contains(words), "\(arguments) \(outcome.complaints)")
    }
  }
}
