/// What a GGUF file says of one tensor.
public struct GGUFTensor: Sendable, Equatable {
  /// The name, exactly as in the file.
  public let name: String
  /// The type of its numbers.
  public let type: GGUFTensorType
  /// The dimensions, outermost first (the file has them the other way round); blocks run along the last.
  public let shape: [Int]
  /// Where its bytes are in the file.
  public let byteRange: Range<Int>

  /// How many numbers it holds.
  public var elementCount: Int { shape.reduce(1, *) }
}
