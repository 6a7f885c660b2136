import PETL

/// A regular expression in Python's dialect over names, as recipes hold them with PEFT's meaning.
package struct NamePattern: Sendable {
  /// The expression as it was written.
  package let source: String
  private let pattern: PythonPattern
  private let isOfEnds: Bool
  private let budget = MatchBudget()

  /// Compiles an expression.
  ///
  /// - Parameters:
  ///   - source: The expression.
  ///   - isOfEnds: Whether a name matches that is the expression or ends in a dot and it, as the keys of PEFT's
  ///     `rank_pattern` are matched; otherwise the whole of a name must match, as with a `target_modules` that
  ///     is a string.
  /// - Throws: `DiagnosticError` that names the expression, when it is too long, none of Python's, or not
  ///   supported.
  package init(_ source: String, ofEnds isOfEnds: Bool = false) throws {
    (self.source, self.isOfEnds) = (source, isOfEnds)
    do {
      pattern = try PythonPattern(
        isOfEnds ? PEFTPatternKey.template.replacing("{}", with: source) : source)
    } catch let fault as PatternFault {
      throw Self.error(source, fault)
    }
  }

  /// Whether a name matches.
  ///
  /// - Throws: `DiagnosticError` that names the expression, when it takes too long.
  package func matches(_ name: String) throws -> Bool {
    do {
      return try budget.spend {
        try isOfEnds
          ? pattern.matchesStart(of: name, steps: &$0) : pattern.matches(name, steps: &$0)
      }
    } catch let fault as PatternFault {
      throw Self.error(source, fault)
    }
  }

  private static func error(_ source: String, _ fault: PatternFault) -> DiagnosticError {
    let shown = source.count > 120 ? "\(source.prefix(120))…" : source
    return DiagnosticError(
      "the expression '\(shown)' \(fault.reason)", hints: fault.hint.map { [$0] } ?? [])
  }
}
