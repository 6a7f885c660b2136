/// One thing that is wrong with what the user gave, in the user's own words: what, where, what was
/// expected, and what to do next.
public struct Diagnostic: Sendable {
  /// Whether the work can go on.
  public enum Severity: String, Sendable {
    /// The work cannot go on.
    case error
    /// The work goes on, but the user should know.
    case warning
  }

  /// Whether the work can go on.
  public let severity: Severity
  /// What is wrong, one sentence without a full stop.
  public let message: String
  /// Where it is, when it is in a text that the user wrote.
  public let span: SourceSpan?
  /// What to do about it: the expected form, the nearest valid name, the next step; one line each.
  public let hints: [String]

  /// Makes a diagnostic; words and sentences that a file makes too long are cut in their middle.
  public init(
    _ message: String, severity: Severity = .error, at span: SourceSpan? = nil,
    hints: [String] = []
  ) {
    self.severity = severity
    self.message = Self.bounded(message)
    self.span = span
    self.hints = hints.map(Self.bounded)
  }
}

extension Diagnostic: CustomStringConvertible {
  /// The diagnostic as it is printed: position, sentence, the quoted line with a caret, hints; words that
  /// came from a file cannot command the terminal.
  public var description: String {
    var lines: [String] = []
    let place = span.map { "\($0): ".printable } ?? ""
    lines.append("\(place)\(severity.rawValue): \(message.printable)")
    if let quoted = span?.quotedLines { lines += quoted }
    lines += hints.map { "  \($0.printable)" }
    return lines.joined(separator: "\n")
  }
}

/// The error that every user-facing operation throws: all that is wrong, at once.
public struct DiagnosticError: Error, Sendable, CustomStringConvertible {
  /// What is wrong, in the order it was found.
  public let diagnostics: [Diagnostic]

  /// Makes an error of several diagnostics.
  public init(_ diagnostics: [Diagnostic]) {
    self.diagnostics = diagnostics
  }

  /// Makes an error of one diagnostic.
  ///
  /// - Parameters:
  ///   - message: what is wrong, one sentence without a full stop.
  ///   - span: where it is, in a text that the user wrote.
  ///   - hints: what to do about it, one line each.
  public init(_ message: String, at span: SourceSpan? = nil, hints: [String] = []) {
    self.diagnostics = [Diagnostic(message, at: span, hints: hints)]
  }

  /// Every diagnostic as it is printed, one after the other; of more than `Diagnostic.mostListed` the
  /// first, and how many there are.
  public var description: String {
    // One more takes no more room than the sentence that there is one.
    let isLong = diagnostics.count > Diagnostic.mostListed + 1
    let listed = diagnostics.prefix(isLong ? Diagnostic.mostListed : diagnostics.count)
      .map(\.description)
    let left = diagnostics.count - listed.count
    return (listed + (left > 0 ? ["and \(left) more"] : [])).joined(separator: "\n")
  }
}

extension DiagnosticError {
  /// What is wrong, without places and hints.
  package var sentences: String { diagnostics.map(\.message).joined(separator: "; ") }
}
