extension ConfigurationNode {
  /// The text of a scalar, whatever it means.
  private var scalar: (text: String, isQuoted: Bool)? {
    guard case .scalar(let text, let isQuoted) = value else { return nil }
    return (text, isQuoted)
  }

  /// What a plain scalar means; nil for a quoted scalar, a list or a mapping.
  var form: ScalarForm? {
    scalar.flatMap { $0.isQuoted ? nil : ScalarForm(plain: $0.text) }
  }

  /// Whether there is no value: a plain scalar that is empty, `~` or `null`.
  package var isNull: Bool { form == .null }

  /// The text of a scalar that has a value, as it was written: `5` and `yes` too are strings here.
  package var stringValue: String? { isNull ? nil : scalar?.text }

  /// The integer that a plain scalar stands for.
  package var integerValue: Int? {
    guard case .integer(let integer) = form else { return nil }
    return integer
  }

  /// The finite number that a plain scalar stands for.
  package var numberValue: Double? {
    switch form {
    case .integer(let integer): Double(integer)
    case .hugeInteger: scalar.flatMap { Double($0.text.filter { $0 != "_" }) }
    case .number(let number): number
    default: nil
    }
  }

  /// The boolean that a plain scalar stands for.
  package var booleanValue: Bool? {
    guard case .boolean(let boolean) = form else { return nil }
    return boolean
  }

  /// What the node holds, in words, for the sentence "found …".
  package var kindDescription: String {
    switch value {
    case .sequence: return "a list"
    case .mapping: return "a mapping"
    case .scalar(let text, isQuoted: true): return "the string \"\(Self.clipped(text))\""
    case .scalar(let text, isQuoted: false):
      let shown = Self.clipped(text)
      switch ScalarForm(plain: text) {
      case .null: return "no value"
      case .boolean: return "the boolean \(shown)"
      case .integer, .hugeInteger: return "the integer \(shown)"
      case .number: return "the number \(shown)"
      case .leadingZero, .notFinite: return shown
      case .text: return "the string '\(shown)'"
      }
    }
  }

  /// `text` short enough for a sentence, on one line.
  private static func clipped(_ text: String) -> String {
    let oneLine = String(text.prefix(41).map { $0.isNewline ? " " : $0 })
    return oneLine.count > 40 ? oneLine.prefix(40) + "…" : oneLine
  }
}
