/// What is to be told of a text.
public enum TextLabel: Sendable, Hashable {
  /// One class, by its number.
  case one(Int)
  /// A number.
  case number(Float)
  /// Any of the classes, by their numbers in rising order; perhaps none.
  case several([Int])

  /// What the labels of a set are.
  public enum Kind: String, Sendable, CaseIterable {
    /// One class for each text.
    case classes
    /// A number for each text, which is regression.
    case number
    /// Any number of classes for each text.
    case several
  }
}

/// A text and what is to be told of it.
public struct LabelledText: Sendable, Hashable {
  /// The text, or two of them that are compared.
  public var record: TextRecord
  /// What is to be told of it.
  public var label: TextLabel

  /// Makes a labelled text.
  public init(_ record: TextRecord, _ label: TextLabel) {
    (self.record, self.label) = (record, label)
  }
}
