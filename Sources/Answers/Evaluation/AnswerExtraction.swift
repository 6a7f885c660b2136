/// The part of a text that is compared with the right answer.
public enum AnswerExtraction: String, Sendable, CaseIterable {
  /// The number after `####`, as GSM8K has it.
  case gsm8k
  /// The last number.
  case lastNumber = "last-number"
  /// All of it, without white space at both ends.
  case none

  /// The right answer in a reference.
  ///
  /// - Parameter reference: of GSM8K what stands behind the last `#### `, else as `answer(in:)`.
  /// - Returns: nil where there is none.
  public func reference(in reference: String) -> String? {
    guard self == .gsm8k else { return answer(in: reference) }
    guard let mark = reference.ranges(of: "#### ").last else { return nil }
    let number = Self.normalized(String(reference[mark.upperBound...]).trimmingWhitespace)
    return number.isEmpty ? nil : number
  }

  /// The answer in what a model wrote, numbers without `,`, `$` and a `.` at the end, as lm-evaluation-harness
  /// compares those of GSM8K.
  ///
  /// - Parameter text: of GSM8K the first match of `#### (-?[0-9.,]+)` counts.
  /// - Returns: nil where there is none.
  public func answer(in text: String) -> String? {
    switch self {
    case .gsm8k:
      let number = /#### (-?[0-9.,]+)/.matchingSemantics(.unicodeScalar)
      return text.firstMatch(of: number).map { Self.normalized(String($0.1)) }
    case .lastNumber: return Self.lastNumber(in: text)
    case .none: return text.trimmingWhitespace
    }
  }

  /// The last match of `-?[$0-9.,]{2,}` or `-?[0-9]+`, lm-evaluation-harness's flexible extraction.
  ///
  /// - Returns: without `,`, `$` and a `.` at the end; nil where there is none.
  public static func lastNumber(in text: String) -> String? {
    let number = /-?[$0-9.,]{2,}|-?[0-9]+/.matchingSemantics(.unicodeScalar)
    return text.matches(of: number).last.map { normalized(String($0.output)) }
  }

  private static func normalized(_ number: String) -> String {
    var number = number.filter { $0 != "," && $0 != "$" }
    if number.last == "." { number.removeLast() }
    return number
  }
}

extension String {
  /// The text without white space at both ends.
  fileprivate var trimmingWhitespace: String {
    let scalars = unicodeScalars
    guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
      let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
    else { return "" }
    return String(scalars[first...last])
  }
}
