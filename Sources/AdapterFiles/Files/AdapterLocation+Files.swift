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

  /// What is kept beside the tensors.
  ///
  /// - Throws: `DiagnosticError` when they cannot be read.
  package func metadata() throws -> [String: String] { try SafetensorsFile(path: tensors).metadata }
}
