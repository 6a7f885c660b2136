import Checkpoints
import Foundation
import Networks
import PETL

/// What kind of adapter a path leads to, and where it lies.
package enum AdapterLocation {
  /// The file of our own format.
  case own(String)
  /// The folder of an mlx adapter.
  case mlx(String)
  /// The folder of a PEFT adapter.
  case peft(String)

  /// Looks at `path`: a file, an adapter's folder, or the folder of a run.
  ///
  /// - Throws: `DiagnosticError` when there is no adapter, or one in a format that is not read.
  package init(_ path: String) throws {
    guard let kind = FileKind.seen(at: path) else {
      throw DiagnosticError(missing: path, "file or folder")
    }
    if kind == .folder {
      let inside = "\(path)/adapter"
      let isRun = FileManager.default.fileExists(atPath: "\(path)/recipe.yaml")
      self = try isRun ? Self.folder(inside) : Self.folder(path)
    } else {
      self = try Self.file(path)
    }
  }

  private static func folder(_ path: String) throws -> AdapterLocation {
    let files = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    if files.contains(AdapterFile.name) { return .own("\(path)/\(AdapterFile.name)") }
    if files.contains("adapter_config.json") {
      let file = "\(path)/adapter_config.json"
      let json = try JSONValue(parsing: readFile(file, limit: 16 << 20), name: file)
      if json["peft_type"] != nil { return .peft(path) }
      if json["fine_tune_type"] != nil || json["lora_parameters"] != nil { return .mlx(path) }
      throw DiagnosticError(
        "\(file): neither a PEFT adapter (`peft_type`) nor one of mlx (`fine_tune_type`)",
        hints: json["config"] == nil ? [] : ["AdapterHub's adapters are not read"])
    }
    // A pickle leads to its refusal, with the way out.
    if let pickle = files.first(where: isPickle) {
      _ = try SafetensorsFile(path: "\(path)/\(pickle)")
    }
    if let tower = Tower.allCases.first(where: { files.contains($0.rawValue) }) {
      throw DiagnosticError(
        "\(path): a run of retrieval has an adapter for each tower",
        hints: [
          "give \(path)/\(tower.rawValue)",
          "only the image tower is a network of its own here; petl evaluate RUN takes both",
        ])
    }
    throw DiagnosticError(
      "\(path): there is no adapter in this folder",
      hints: ["expected \(AdapterFile.name), or adapter_config.json with its tensors"])
  }

  private static func file(_ path: String) throws -> AdapterLocation {
    let url = URL(fileURLWithPath: path)
    let parent = url.deletingLastPathComponent().path
    if ["adapter_config.json", "adapter_model.safetensors", "adapters.safetensors"]
      .contains(url.lastPathComponent)
    {
      return try folder(parent)
    }
    let file = try SafetensorsFile(path: path)
    switch file.metadata["format"] {
    case AdapterFile.format: return .own(path)
    case Checkpoint.format:
      throw DiagnosticError(
        "\(path): this is the checkpoint of a run, which does not say what it is of",
        hints: ["give the run's folder, or its adapter/ folder"])
    default:
      throw DiagnosticError(
        "\(path): not an adapter of petl",
        hints: ["expected metadata format = \(AdapterFile.format), or the folder of an adapter"])
    }
  }

  private static func isPickle(_ name: String) -> Bool {
    ["bin", "pt", "pth", "ckpt", "pkl"].contains((name as NSString).pathExtension.lowercased())
  }
}
