import PETL

/// Where something stands in a recipe: no part of what it is, so that any two places are equal.
@propertyWrapper
public struct Place: Sendable, Equatable {
  /// The place; nil for what was made in code.
  public var wrappedValue: SourceSpan?

  /// Keeps a place.
  public init(wrappedValue: SourceSpan? = nil) { self.wrappedValue = wrappedValue }

  /// Always.
  public static func == (a: Place, b: Place) -> Bool { true }
}
