import PETL

/// What a PEFT adapter folder holds, by method.
public enum PEFTAdapter: Sendable {
  /// LoRA or DoRA.
  case lora(PEFTAdapterFolder)
  /// VeRA.
  case vera(PEFTVeRA)

  /// Reads a folder with `adapter_config.json` and `adapter_model.safetensors`.
  ///
  /// - Throws: `DiagnosticError` that names the file, key or tensor, if the folder cannot be read or
  ///   holds what is not supported.
  public static func read(_ path: String) throws -> PEFTAdapter {
    let files = try PEFTFiles(path)
    if files.json["peft_type"]?.text == "VERA" {
      return .vera(
        try PEFTVeRA.read(
          files.json, configuration: files.configurationPath, tensors: try files.tensors()))
    }
    return .lora(try PEFTAdapterFolder.read(files))
  }
}

/// The files of a PEFT adapter folder.
struct PEFTFiles {
  /// The folder.
  let folder: String
  /// What `adapter_config.json` holds.
  let json: JSONValue

  /// The path of `adapter_config.json`.
  var configurationPath: String { "\(folder)/\(PEFTNames.configuration)" }

  /// Reads the configuration of the folder at `path`.
  ///
  /// - Throws: `DiagnosticError` if it is not there or no JSON.
  init(_ path: String) throws {
    folder = path
    let file = "\(path)/\(PEFTNames.configuration)"
    guard fileExists(file) else {
      throw DiagnosticError(
        "\(path): no \(PEFTNames.configuration) here, so this is not a PEFT adapter folder",
        hints: ["an adapter not named `default` lies in a sub-folder of its name"])
    }
    json = try JSONValue(parsing: readFile(file, limit: 16 << 20), name: file)
  }

  /// The tensors; the pickle of old folders leads to its refusal.
  ///
  /// - Throws: `DiagnosticError` if they cannot be read.
  func tensors() throws -> SafetensorsFile {
    let path = "\(folder)/\(PEFTNames.tensors)"
    let pickle = "\(folder)/\(PEFTNames.pickle)"
    return try SafetensorsFile(path: !fileExists(path) && fileExists(pickle) ? pickle : path)
  }
}
