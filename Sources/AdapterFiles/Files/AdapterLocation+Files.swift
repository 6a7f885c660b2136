import Checkpoints

extension AdapterLocation {
  /// The path of the adapter's tensors.
  package var tensors: String {
    switch self {
    case .own(let file): file
    case .mlx(let folder): "\(folder)/adapters.safetensors"
    case .peft(let folder): "\(folder)/adapter_model.safetensors"
    }
  }

  /// The paths of all files that say what the adapter adds: the scale of a PEFT or an mlx adapter stands
  /// beside its tensors.
  package var files: [String] {
    switch self {
    case .own: [tensors]
    case .mlx(let folder), .peft(let folder): [tensors, "\(folder)/adapter_config.json"]
    }
  }

  /// What is kept beside the tensors.
  ///
  /// - Throws: `DiagnosticError` when they cannot be read.
  package func metadata() throws -> [String: String] { try SafetensorsFile(path: tensors).metadata }
}
