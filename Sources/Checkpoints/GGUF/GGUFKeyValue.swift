/// A key of a GGUF file and its value.
public struct GGUFKeyValue: Sendable, Equatable {
  /// The key, such as `general.architecture`.
  public let key: String
  /// Its value.
  public let value: GGUFValue

  /// Makes a pair.
  public init(_ key: String, _ value: GGUFValue) { (self.key, self.value) = (key, value) }
}
