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
