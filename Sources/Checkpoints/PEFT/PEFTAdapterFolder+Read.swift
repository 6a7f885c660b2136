import PETL

extension PEFTAdapterFolder {
  /// Reads a folder with `adapter_config.json` and `adapter_model.safetensors`.
  ///
  /// Every tensor must be accounted for: an A without its B, a tensor that the configuration does not
  /// ask for, or a rank other than the one configured is an error, not a silent no-op.
  ///
  /// - Throws: `DiagnosticError` that names the file, key or tensor, if the folder cannot be read or
  ///   holds what is not supported.
  public static func read(_ path: String) throws -> PEFTAdapterFolder {
    let configurationPath = "\(path)/\(PEFTNames.configuration)"
    guard fileExists(configurationPath) else {
      throw DiagnosticError(
        "\(path): no \(PEFTNames.configuration) here, so this is not a PEFT adapter folder",
        hints: ["an adapter not named `default` lies in a sub-folder of its name"])
    }
    let json = try JSONValue(
      parsing: readFile(configurationPath, limit: 16 << 20), name: configurationPath)
    let configuration = try PEFTConfiguration(json, file: configurationPath)
    let file = try SafetensorsFile(path: tensorPath(in: path))
    var reader = PEFTTensorReader(file: file, configuration: configuration)
    reader.read()
    guard reader.faults.isEmpty else { throw DiagnosticError(reader.faults) }
    var folder = PEFTAdapterFolder(
      modules: reader.modules, fullTensors: reader.fullTensors, baseModel: configuration.baseModel,
      rslora: configuration.rslora, dropout: configuration.dropout, metadata: file.metadata)
    folder.warnings = PEFTUnsupported.warnings(json, file: configurationPath)
    return folder
  }

  /// The path of the tensors; the pickle of old folders leads to its refusal.
  private static func tensorPath(in folder: String) -> String {
    let path = "\(folder)/\(PEFTNames.tensors)"
    let pickle = "\(folder)/\(PEFTNames.pickle)"
    return !fileExists(path) && fileExists(pickle) ? pickle : path
  }
}
