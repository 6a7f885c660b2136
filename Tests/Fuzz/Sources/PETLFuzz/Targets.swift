import Checkpoints
import Datasets
import Foundation
import PETL
import PETLPlugins
import Recipes
import Tokenization

extension FuzzTarget {
  /// Every reader that is tried.
  ///
  /// - Parameter workshop: holds the network that adapters and data are read for.
  /// - Returns: the targets, each of another name.
  /// - Throws: `DiagnosticError` when the plugins do not go together.
  static func all(_ workshop: Workshop) throws -> [FuzzTarget] {
    try containers() + adapters(workshop) + weights(workshop) + recipes() + data(workshop)
      + runs(workshop)
  }

  /// Files that hold tensors or text, by themselves.
  private static func containers() -> [FuzzTarget] {
    [
      FuzzTarget("safetensors") { bytes in
        let file = try SafetensorsFile(bytes: bytes, name: "input")
        for entry in file.entries { _ = try file.floats(entry.name) }
      },
      FuzzTarget("npz") { bytes in
        let file = try NPZArchive(bytes: bytes, name: "input")
        for entry in file.entries { _ = try file.floats(entry.name) }
      },
      FuzzTarget("json") { _ = try JSONValue(parsing: $0, name: "input") },
      FuzzTarget("image") { _ = try DecodedImage(bytes: $0, name: "input") },
    ]
  }

  /// Adapters of every format, looked at and put on a network.
  private static func adapters(_ workshop: Workshop) -> [FuzzTarget] {
    func look(_ name: String, _ files: [String]) -> FuzzTarget {
      FuzzTarget(name, files: files) { folder in
        try workshop.petl("inspect", folder)
      }
    }
    func put(_ name: String, _ files: [String]) -> FuzzTarget {
      FuzzTarget(name, files: files) { folder in
        try workshop.petl(
          "convert", folder, "--weights", workshop.path("tiny.safetensors"), "--to", "petl",
          "--output", workshop.path("converted"))
      }
    }
    let peft = ["adapter_config.json", "adapter_model.safetensors"]
    let mlx = ["adapter_config.json", "adapters.safetensors"]
    return [
      look("peft-inspect", peft), put("peft-convert", peft), look("mlx-inspect", mlx),
      put("mlx-convert", mlx), look("own-inspect", ["adapter.safetensors"]),
      put("own-convert", ["adapter.safetensors"]),
      FuzzTarget("peft-merge", files: peft) { folder in
        try workshop.petl(
          "merge", folder, "--weights", workshop.path("tiny.safetensors"), "--output",
          workshop.path("merged.safetensors"))
      },
    ]
  }

  /// Weights of networks with what lies beside them.
  private static func weights(_ workshop: Workshop) -> [FuzzTarget] {
    [
      FuzzTarget("weights", files: ["model.safetensors"]) { folder in
        try workshop.petl("inspect", "\(folder)/model.safetensors")
      },
      FuzzTarget("network", files: ["config.json", "model.safetensors"]) { folder in
        try workshop.petl(
          "predict", "--weights", folder, "--data", workshop.path("data.safetensors"),
          "--output", workshop.path("answers.csv"))
      },
      FuzzTarget("preprocessor", files: ["preprocessor_config.json", "model.safetensors"]) {
        folder in
        try workshop.petl(
          "predict", "--weights", folder, "--data", workshop.path("data.safetensors"), "--output",
          workshop.path("answers.csv"))
      },
      FuzzTarget(
        "shards", files: ["model.safetensors.index.json", "model-00001-of-00001.safetensors"]
      ) { folder in
        try workshop.petl("inspect", folder)
      },
    ]
  }

  /// Recipes, sweeps and what `--set` says.
  private static func recipes() throws -> [FuzzTarget] {
    let registry = try PluginRegistry.builtIn()
    return [
      FuzzTarget("recipe") { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        _ = try Recipe(text: text, name: "input", registry: registry)
      },
      FuzzTarget("sweep", files: ["sweep.yaml"]) { folder in
        _ = try SweepRecipe(path: "\(folder)/sweep.yaml", registry: registry)
      },
      FuzzTarget("set") { bytes in
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        let text = "backbone: {weights: w.safetensors}\ndata: {name: digits}\nepochs: 1\n"
        _ = try Recipe(text: text, name: "input", overrides: lines, registry: registry)
      },
    ]
  }

  /// Data sets, and what captions are made of.
  private static func data(_ workshop: Workshop) -> [FuzzTarget] {
    func checked(_ name: String, _ file: String, type: String) -> FuzzTarget {
      FuzzTarget(name, files: [file]) { folder in
        try workshop.petl(
          "validate", workshop.path("r.yaml"), "--set", "data.type=\(type)", "--set",
          "data.path=\(folder)/\(file)")
      }
    }
    return [
      checked("set-safetensors", "data.safetensors", type: "safetensors"),
      checked("set-csv", "data.csv", type: "csv"),
      FuzzTarget("set-vtab", files: ["train800val200.txt", "test.txt"]) { folder in
        _ = try Dataset(vtab: folder, task: "", classes: 3)
      },
      FuzzTarget("pairs", files: ["pairs.jsonl"]) { folder in
        _ = try PairedDataset(pairs: "\(folder)/pairs.jsonl")
      },
      FuzzTarget("tokenizer", files: ["tokenizer.json"]) { folder in
        _ = try CLIPTokenizer(path: "\(folder)/tokenizer.json").encode(["a photo of a cat"])
      },
      FuzzTarget("language-tokenizer", files: ["tokenizer.json"]) { folder in
        let tokenizer = try Tokenizer(path: folder)
        let pair = tokenizer.encodePair("It's a  café,\n<mask> 123.", " 中文 <s>\u{301}")
        _ = tokenizer.decode(pair.ids, skipsSpecialTokens: false)
      },
      FuzzTarget("vocabulary", files: ["bpe_simple_vocab_16e6.txt"]) { folder in
        _ = try CLIPTokenizer(path: "\(folder)/bpe_simple_vocab_16e6.txt").encode(["a cat"])
      },
    ]
  }

  /// Folders that runs and sweeps left.
  private static func runs(_ workshop: Workshop) -> [FuzzTarget] {
    let figures = ["summary.json", "metrics.jsonl", "run.json", "recipe.yaml"]
    return [
      FuzzTarget("run-compare", files: figures) { folder in
        try workshop.petl("compare", folder, workshop.path("run"))
      },
      FuzzTarget("run-report", files: figures) { folder in
        try workshop.petl("report", folder, "--format", "md")
      },
      FuzzTarget("run-inspect", files: figures) { folder in
        try workshop.petl("inspect", folder)
      },
    ]
  }
}
