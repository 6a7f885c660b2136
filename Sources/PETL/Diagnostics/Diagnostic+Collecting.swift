extension [Diagnostic] {
  /// Runs `body` and keeps what it finds wrong, so that all of it is reported at once.
  ///
  /// - Parameters:
  ///   - span: the place of what has no place of its own.
  ///   - body: may throw `DiagnosticError`.
  /// - Returns: what `body` gives; nil when something is wrong with it.
  /// - Throws: what `body` throws that is no `DiagnosticError`.
  @discardableResult
  package mutating func collect<Value>(
    at span: SourceSpan? = nil, _ body: () throws -> Value
  ) throws -> Value? {
    do {
      return try body()
    } catch let error as DiagnosticError {
      self += error.placed(at: span).diagnostics
      return nil
    }
  }

  /// Throws all that was found.
  ///
  /// - Throws: `DiagnosticError`; nothing when nothing is wrong.
  package func throwIfAny() throws(DiagnosticError) {
    guard isEmpty else { throw DiagnosticError(self) }
  }
}
