import PETL

/// The adapter folders of mlx-lm and mlx-swift-lm: `adapter_config.json` and `adapters.safetensors`.
///
/// Factors are the transposes of PEFT's: `lora_a` [inputs, rank] and `lora_b` [rank, outputs]; one rank
/// and one scale hold for all maps. A DoRA has `m` [outputs] beside them. Contents are handed over as a
/// `PEFTAdapterFolder` with alpha = scale · rank.
///
/// mlx-lm takes a file with any other tensor for broken, so a head lies beside it in `head.safetensors`
/// (our choice; mlx does not look at it).
public enum MLXAdapterFolder {
  static let configuration = "adapter_config.json"
  static let tensors = "adapters.safetensors"
  static let head = "head.safetensors"
  static let a = ".lora_a"
  static let b = ".lora_b"
  static let magnitude = ".m"

  /// The transpose of a row-major matrix.
  static func transposed(_ values: [Float], rows: Int, columns: Int) -> [Float] {
    (0..<values.count).map { values[$0 % rows * columns + $0 / rows] }
  }
}
