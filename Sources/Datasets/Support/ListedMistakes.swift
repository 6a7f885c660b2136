import PETL

/// An error of many mistakes: the first ones, and how many more there are.
///
/// - Parameters:
///   - diagnostics: what is wrong.
///   - what: to call the others, in the plural.
///   - most: how many are listed.
/// - Returns: the error.
package func listed(
  _ diagnostics: [Diagnostic], _ what: String, most: Int = 20
) -> DiagnosticError {
  guard diagnostics.count > most else { return DiagnosticError(diagnostics) }
  return DiagnosticError(
    diagnostics.prefix(most) + [Diagnostic("and \(diagnostics.count - most) more \(what)")])
}
