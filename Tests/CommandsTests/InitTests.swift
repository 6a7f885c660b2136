import Foundation
import TestSupport
import Testing

@Suite struct InitTests {
  /// The recipe is valid, says what was found, and trains.
  @Test func recipe() throws {
    let bench = try Bench()
    try bench.writeExperiment()
    let outcome = try bench.petl([
      "init", "recipe", "--weights", "tiny.safetensors", "--data", "data.safetensors", "--output",
      "mine.yaml",
    ])
    #expect(outcome.code == 0, "\(outcome.complaints)")
    #expect(outcome.complaints.isEmpty, "\(outcome.complaints)")
    #expect(outcome.output.contains("petl run mine.yaml"))
    let text = try bench.text("mine.yaml")
    #expect(text.contains("# 3 classes, 24 training, 8 validation, 12 test images of 8×8 px\n"))
    #expect(text.contains("# normalization: "))
    #expect(text.contains("normalization: inception"))
    #expect(text.contains("batch_size: 2 "))
    #expect(text.contains("control: true"))
    let valid = try bench.petl(["validate", "mine.yaml"])
    #expect(valid.code == 0, "\(valid)")
    #expect(valid.output.contains("4 sites, "), "\(valid)")
    let shorter = ["stages=[{name: refine, epochs: 1}]", "schedule.warmup_epochs=0"]
    let run = try bench.petl(
      ["run", "mine.yaml", "--output", "run", "--quiet"] + shorter.flatMap { ["--set", $0] })
    #expect(run.code == 0, "\(run.complaints)")
    let printed = try bench.petl([
      "init", "recipe", "--weights", "tiny.safetensors", "--data", "data.safetensors", "--output",
      "-", "--image-size", "16", "--name", "other",
    ])
    #expect(printed.code == 0)
    #expect(printed.output.contains("image_size: 16\n"))
    #expect(printed.output.contains("name: 'other'\n"))
  }

  /// What the files beside weights say of images.
  @Test(arguments: [
    (
      #"{"pretrained_cfg": {"mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}}"#,
      "imagenet"
    ),
    (
      #"{"image_mean": [0.48145466, 0.4578275, 0.40821073], "image_std": [0.26862954, 0.26130258, 0.27577711]}"#,
      "clip"
    ),
    (#"{"mean": [0.1, 0.1, 0.1], "std": [1, 1, 1]}"#, "inception"),
  ])
  func normalization(_ configuration: String, _ mode: String) throws {
    let bench = try Bench()
    try bench.writeExperiment()
    try bench.write(configuration, to: "preprocessor_config.json")
    try bench.write("{}", to: "config.json")
    // Of a file of another name, what lies beside it says nothing.
    for (name, expected) in [("tiny", "inception"), ("model", mode)] {
      if name == "model" {
        try FileManager.default.copyItem(
          atPath: bench.folder + "/tiny.safetensors", toPath: bench.folder + "/model.safetensors")
      }
      let outcome = try bench.petl([
        "init", "recipe", "--weights", "\(name).safetensors", "--data", "data.safetensors",
        "--output", "-",
      ])
      #expect(outcome.output.contains("\n  normalization: \(expected)\n"), "\(outcome)")
      let isFound = outcome.output.contains("config.json beside the weights says so")
      #expect(isFound == (expected != "inception"))
    }
  }

  /// The adapter's package is the example's under another name, so that what CI builds is what is
  /// written.
  @Test func adapterIsTheExample() throws {
    let bench = try Bench()
    let outcome = try bench.petl(
      [
        "init", "plugin", "tanh-bottleneck", "--kind", "adapter", "--output", "p", "--petlkit",
        Checkout.folder,
      ])
    #expect(outcome.code == 0, "\(outcome.complaints)")
    let example = Checkout.folder + "/Examples/CustomAdapter"
    for path in [
      "Sources/TanhBottleneck/TanhBottleneck.swift",
      "Tests/TanhBottleneckTests/ConformanceTests.swift",
    ] {
      let written = try bench.text("p/\(path)")
      let expected = try String(contentsOfFile: "\(example)/\(path)", encoding: .utf8)
      #expect(written == expected, "\(path)")
    }
    let main = try bench.text("p/Sources/petl-tanh-bottleneck/main.swift")
    let expected = try String(
      contentsOfFile: "\(example)/Sources/CustomAdapter/main.swift", encoding: .utf8)
    #expect(main == expected)
  }

  @Test(arguments: ["adapter", "regularizer"])
  func plugin(_ kind: String) throws {
    let bench = try Bench()
    let outcome = try bench.petl(["init", "plugin", "my-own2", "--kind", kind])
    #expect(outcome.code == 0, "\(outcome.complaints)")
    let root = bench.folder + "/my-own2"
    let files = try FileManager.default.subpathsOfDirectory(atPath: root).filter {
      $0.contains(".")
    }
    #expect(
      files.sorted() == [
        ".gitignore", "Package.swift", "README.md", "Sources/MyOwn2/MyOwn2.swift",
        "Sources/petl-my-own2/main.swift", "Tests/MyOwn2Tests/ConformanceTests.swift",
        "recipe.yaml",
      ])
    let package = try String(contentsOfFile: root + "/Package.swift", encoding: .utf8)
    #expect(package.contains("path: \"\(Checkout.folder)\""), "\(package)")
    let texts = try files.map { try String(contentsOfFile: "\(root)/\($0)", encoding: .utf8) }
    for word in ["TanhBottleneck", "tanh-bottleneck", "Crowding", "crowding"] {
      #expect(!texts.contains { $0.contains(word) })
    }
    let recipe = texts[files.firstIndex(of: "recipe.yaml") ?? 0]
    #expect(recipe.contains("type: my-own2"))
    let again = try bench.petl(["init", "plugin", "my-own2", "--kind", kind])
    #expect(again.code == 2)
    #expect(again.complaints.contains("there is such a file or folder"))
    let left = try FileManager.default.contentsOfDirectory(atPath: bench.folder)
    #expect(left == ["my-own2"])
  }

  @Test func mistakes() throws {
    let bench = try Bench()
    try bench.writeExperiment()
    let here = ["--weights", "tiny.safetensors", "--data", "data.safetensors"]
    for (arguments, words) in [
      (["recipe"] + here + ["--output", "r.yaml"], "r.yaml: there is such a file already"),
      (["recipe"] + here + ["--output", "no/r.yaml"], "expected a folder that exists"),
      (["recipe"] + here + ["--image-size", "9", "--output", "a.yaml"], "do not divide"),
      (["recipe"] + here + ["--image-size", "0"], "--image-size is 1 to 4096."),
      (["recipe"] + here + ["--name", "a/b", "--output", "a.yaml"], "name"),
      (["recipe", "--weights", "none", "--data", "digits"], "none"),
      (["recipe", "--weights", "tiny.safetensors", "--data", "digit"], "did you mean 'digits'?"),
      (["recipe", "--weights", "tiny.safetensors"], "Missing expected argument '--data <set>'"),
      (["plugin", "lora", "--kind", "adapter"], "there is a plugin 'lora' already"),
      (["plugin", "My_Own", "--kind", "adapter"], "is not the name of a plugin"),
      (["plugin", "a--b", "--kind", "adapter"], "is not the name of a plugin"),
      (["plugin", "tensor", "--kind", "adapter"], "would hide one that plugins use"),
      (["plugin", "my-own", "--kind", "adaptor"], "did you mean 'adapter'?"),
      (["plugin", "my-own", "--kind", "adapter", "--petlkit", "."], "not the folder of PETLKit"),
      (["plugin", "my-own", "--kind", "adapter", "--output", "r.yaml/x"], "cannot be made"),
    ] {
      let outcome = try bench.petl(["init"] + arguments)
      #expect(outcome.code == 2, "\(arguments) \(outcome)")
      #expect(outcome.output.isEmpty, "\(arguments) \(outcome)")
      #expect(outcome.complaints.contains(words), "\(arguments) \(outcome.complaints)")
    }
    let left = try FileManager.default.contentsOfDirectory(atPath: bench.folder)
    #expect(left.sorted() == ["data.safetensors", "r.yaml", "tiny.safetensors"])
  }
}
