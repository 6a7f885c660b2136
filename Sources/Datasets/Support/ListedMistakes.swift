import PETL

/// An error of many mistakes: the first ones, and how many more there are.
package func listed(_ diagnostics: [Diagnostic], _ what: String) -> DiagnosticError {
  let most = 20
  guard diagnostics.count > most else { return DiagnosticError(diagnostics) }
  return DiagnosticError(
    diagnostics.prefix(most) + [Diagnostic("and \(diagnostics.count - most) more \(what)")])
}
