import Foundation

/// Good inputs to start from, made of the fixtures of the tests and of what a small run left.
struct Seeds {
  let workshop: Workshop
  /// Tests/Fixtures.
  private let fixtures = URL(filePath: #filePath).appending(path: "../../../../Fixtures")
    .standardizedFileURL.path()

  init(_ workshop: Workshop) { self.workshop = workshop }

  /// Writes a folder of inputs for each target; those that are there stay.
  ///
  /// - Parameters:
  ///   - targets: what the inputs are for.
  ///   - root: the folder of the folders.
  /// - Throws: when a file cannot be read or written, or a target has no input.
  func write(for targets: [FuzzTarget], to root: String) throws {
    for target in targets {
      let folder = "\(root)/\(target.name)"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let inputs = try inputs(of: target)
      guard !inputs.isEmpty else { throw CocoaError(.fileNoSuchFile) }
      for (index, input) in inputs.enumerated() {
        try Data(input).write(to: URL(fileURLWithPath: "\(folder)/seed-\(index)"))
      }
    }
  }

  private func inputs(of target: FuzzTarget) throws -> [[UInt8]] {
    let run = workshop.path("run")
    switch target.name {
    case "image":
      return try contents(of: "images") { $0.hasSuffix(".png") || $0.hasSuffix(".jpg") }
    case "npz": return try contents(of: "npz") { $0.hasSuffix(".npz") }
    case "json":
      return try contents(of: "clip/hf") { $0.hasSuffix(".json") && !$0.contains("vocab") }
        + [FuzzTarget.input(["\(run)/summary.json"])]
    case "recipe": return try recipes()
    case "sweep": return try recipes() + [Array((text("r.yaml") + sweep).utf8)]
    case "set":
      return [
        Array("adapter.rank=4\nregularizers=[{type: resora, weight: 0.1}]\nseed=2".utf8),
        Array("stages=[{name: a, epochs: 2}]\noptimizer.learning_rate=1e-3".utf8),
      ]
    case "set-csv": return [Array("path,label,split\na.png,cat,train\nb.png,dog,test\n".utf8)]
    case "set-vtab":
      return [
        Array("images/a.jpg 0\nimages/b.jpg 2\n".utf8) + FuzzTarget.separator
          + Array("images/c.jpg 1\n".utf8)
      ]
    case "pairs":
      return [Array(#"{"image": "a.png", "captions": ["a cat", "x"], "split": "train"}"#.utf8)]
    case "tokenizer": return [try FuzzTarget.input(["\(fixtures)/clip/tokenizer.json"])]
    case "language-tokenizer":
      return try ["llama3", "gemma", "bert-cased", "deberta-v3", "mixed-bpe"].map {
        try FuzzTarget.input(["\(fixtures)/tokenizers/\($0)/tokenizer.json"])
      }
    case "vocabulary": return try contents(of: "clip/openai") { $0.hasSuffix(".txt") }
    case "set-safetensors": return [try FuzzTarget.input([workshop.path("data.safetensors")])]
    case "safetensors", "weights":
      return [try FuzzTarget.input([workshop.path("tiny.safetensors")])]
    case "shards":
      let weights = try FuzzTarget.input([workshop.path("tiny.safetensors")])
      let index = #"{"metadata": {"total_size": 1}, "weight_map": {"norm.weight": "#
      return [
        Array((index + #""model-00001-of-00001.safetensors"}}"#).utf8) + FuzzTarget.separator
          + weights
      ]
    default: return try folders(for: target)
    }
  }

  /// Folders of the fixtures, and of the run, that have all files of a target.
  private func folders(for target: FuzzTarget) throws -> [[UInt8]] {
    var found: [[UInt8]] = []
    let run = workshop.path("run")
    let roots = ["interop", "interop-networks", "peft", "namings"].flatMap { group in
      ((try? FileManager.default.contentsOfDirectory(atPath: "\(fixtures)/\(group)")) ?? [])
        .sorted().map { "\(fixtures)/\(group)/\($0)" }
    }
    for root in [run, "\(run)/adapter", "\(fixtures)/peft"] + roots {
      let paths = target.files.map { "\(root)/\($0)" }
      if paths.allSatisfy(FileManager.default.fileExists(atPath:)) {
        found.append(try FuzzTarget.input(paths))
      }
    }
    if target.name.hasPrefix("own") {
      let own = workshop.path(target.name)
      try workshop.petl("convert", run, "--to", "petl", "--output", own)
      found.append(try FuzzTarget.input(["\(own)/adapter.safetensors"]))
    }
    if target.name == "preprocessor" {
      let settings = #"{"image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5], "#
      found.append(
        Array((settings + #""do_normalize": true, "size": {"height": 8, "width": 8}}"#).utf8)
          + FuzzTarget.separator + (try FuzzTarget.input([workshop.path("tiny.safetensors")])))
    }
    if target.name == "network" {
      let settings = #"{"architecture": "vit_tiny_patch4_8", "num_classes": 3, "model_args": "#
      found.append(
        Array((settings + #"{"num_heads": 2}, "global_pool": "token"}"#).utf8)
          + FuzzTarget.separator + (try FuzzTarget.input([workshop.path("tiny.safetensors")])))
    }
    return found
  }

  private func contents(of folder: String, _ isInput: (String) -> Bool) throws -> [[UInt8]] {
    try FileManager.default.contentsOfDirectory(atPath: "\(fixtures)/\(folder)").sorted()
      .filter(isInput).map { try FuzzTarget.input(["\(fixtures)/\(folder)/\($0)"]) }
  }

  private func recipes() throws -> [[UInt8]] {
    let examples = "\(fixtures)/../../Examples/recipes"
    return try FileManager.default.contentsOfDirectory(atPath: examples).sorted()
      .filter { $0.hasSuffix(".yaml") }.map { try FuzzTarget.input(["\(examples)/\($0)"]) }
      + [FuzzTarget.input([workshop.path("r.yaml")])]
  }

  private func text(_ name: String) throws -> String {
    String(decoding: try FuzzTarget.input([workshop.path(name)]), as: UTF8.self)
  }

  private let sweep = "sweep: {grid: {adapter.rank: [1, 2]}, seeds: [0, 1], data: [digits]}\n"
}
