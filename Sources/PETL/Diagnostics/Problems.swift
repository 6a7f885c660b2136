/// Everything that is found to be wrong, gathered so that it is reported at once.
package struct Problems {
  /// What is wrong, in the order it was found.
  package private(set) var diagnostics: [Diagnostic] = []

  /// Nothing so far.
  package init() {}

  /// Adds one thing that is wrong.
  package mutating func report(_ diagnostic: Diagnostic) { diagnostics.append(diagnostic) }

  /// Adds several things that are wrong.
  package mutating func report(_ diagnostics: [Diagnostic]) { self.diagnostics += diagnostics }

  /// Runs `body` and keeps what it finds wrong.
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
      diagnostics += error.placed(at: span).diagnostics
      return nil
    }
  }

  /// Throws all that is wrong.
  ///
  /// - Throws: `DiagnosticError`; nothing when nothing is wrong.
  package func throwIfAny() throws {
    guard diagnostics.isEmpty else { throw DiagnosticError(diagnostics) }
  }
}

extension DiagnosticError {
  /// The same error whose diagnostics without a place stand at `span`.
  package func placed(at span: SourceSpan?) -> DiagnosticError {
    guard let span else { return self }
    return DiagnosticError(
      diagnostics.map {
        Diagnostic($0.message, severity: $0.severity, at: $0.span ?? span, hints: $0.hints)
      })
  }
}

/// Runs `body`, and gives what it finds wrong a place.
///
/// - Parameters:
///   - span: the place of what has no place of its own.
///   - body: may throw `DiagnosticError`.
/// - Returns: what `body` gives.
/// - Throws: what `body` throws.
package func placing<Value>(at span: SourceSpan?, _ body: () throws -> Value) throws -> Value {
  do {
    return try body()
  } catch let error as DiagnosticError {
    throw error.placed(at: span)
  }
}
