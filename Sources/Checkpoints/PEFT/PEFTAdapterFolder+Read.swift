import PETL

extension PEFTAdapterFolder {
  /// Reads a folder with `adapter_config.json` and `adapter_model.safetensors`.
  ///
  /// Every tensor must be accounted for: an A without its B, a tensor that the configuration does not
  /// ask for, or a rank other than the one configured is an error, not a silent no-op. What the
  /// configuration asks for and the file has not, `claims` says of a network.
  ///
  /// - Parameters:
  ///   - path: The folder.
  ///   - methods: Adapters whose folders are told apart from unknown ones when they are refused here.
  /// - Returns: The low-rank changes.
  /// - Throws: `DiagnosticError` that names the file, key or tensor, if the folder cannot be read or
  ///   holds what is not supported.
  public static func read(
    _ path: String, knowing methods: [any PEFTConvertible.Type] = []
  ) throws -> PEFTAdapterFolder {
    try read(try PEFTFiles(path), knowing: methods)
  }

  static func read(
    _ files: PEFTFiles, knowing methods: [any PEFTConvertible.Type] = []
  ) throws -> PEFTAdapterFolder {
    let configuration = try PEFTConfiguration(
      files.json, file: files.configurationPath, knowing: methods)
    let file = try files.tensors()
    var reader = PEFTTensorReader(file: file, configuration: configuration)
    reader.read()
    guard reader.faults.isEmpty else { throw DiagnosticError(reader.faults) }
    var folder = PEFTAdapterFolder(
      modules: reader.modules, fullTensors: reader.fullTensors, baseModel: configuration.baseModel,
      rslora: configuration.rslora, dropout: configuration.dropout, metadata: file.metadata)
    folder.bias = configuration.bias
    folder.task = files.task
    folder.claims = AdapterClaims(
      configuration.targets, bias: configuration.bias, baseClass: configuration.baseClass,
      whole: reader.fullTensors.map(\.module))
    folder.warnings = PEFTUnsupported.warnings(
      files.json, file: files.configurationPath, known: PEFTUnsupported.loraKeys)
    folder.warnings += try configuration.idlePatterns(
      reader.modules.map { PEFTModulePath($0.module).target }, file: files.configurationPath)
    return folder
  }
}
