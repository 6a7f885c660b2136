import PETL

/// A text with its label as a file spells it.
struct SpelledText: Sendable {
  /// A label before its class is looked for.
  enum Label: Sendable {
    case name(String)
    case number(Double)
    case names([String])
  }

  let record: TextRecord
  let label: Label
  /// Where it stands; nil of a text that is a file of its own.
  let place: SourceSpan?
  /// Whether there is a label that nobody asked for.
  var hasOtherLabel = false

  /// The names of its classes; none of a number.
  var names: [String] {
    switch label {
    case .name(let name): [name]
    case .names(let names): names
    case .number: []
    }
  }

  /// A number that a file spells.
  ///
  /// - Throws: `DiagnosticError` for what is no finite number.
  static func number(_ text: String, at place: SourceSpan?) throws -> Double {
    guard let value = Double(text), Float(value).isFinite else {
      throw DiagnosticError(
        "the label '\(text)' is no number", at: place, hints: ["text.labels: number takes 2.5"])
    }
    return value
  }
}
