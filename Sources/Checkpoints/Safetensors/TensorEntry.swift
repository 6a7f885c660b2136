/// What a safetensors header says about one tensor.
public struct TensorEntry: Sendable, Equatable {
  /// The name, exactly as in the file.
  public let name: String
  /// The type of its numbers.
  public let type: ScalarType
  /// The dimensions, outermost first; empty for a scalar.
  public let shape: [Int]
  /// Where its bytes are, counted from the start of the buffer (after the header).
  public let byteRange: Range<Int>

  /// Describes a tensor.
  public init(name: String, type: ScalarType, shape: [Int], byteRange: Range<Int>) {
    (self.name, self.type, self.shape, self.byteRange) = (name, type, shape, byteRange)
  }

  /// How many numbers it holds.
  public var elementCount: Int { shape.reduce(1, *) }
}
