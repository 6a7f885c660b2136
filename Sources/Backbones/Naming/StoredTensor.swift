/// A tensor as a file holds it.
public struct StoredTensor: Sendable {
  /// Its name in the file.
  public let name: String
  /// Its shape in the file.
  public let shape: [Int]
  /// Its numbers in the file's order.
  public let values: [Float]
}
