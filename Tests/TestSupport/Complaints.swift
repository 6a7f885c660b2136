import PETL
import Testing

/// What the `DiagnosticError` that `body` must throw prints; a failure of the test if it does not.
package func complaint<Result>(
  _ body: () throws -> Result, at location: SourceLocation = #_sourceLocation
) -> String {
  do {
    let result = try body()
    Issue.record("nothing was thrown: \(result)", sourceLocation: location)
  } catch let error as DiagnosticError {
    return error.description
  } catch {
    Issue.record("not a DiagnosticError: \(error)", sourceLocation: location)
  }
  return ""
}

/// Expects that `body` throws a `DiagnosticError` that holds `words`.
///
/// Closures stand outside of `#expect` on purpose: inside it, in a closure of a test, Swift 6.3.1
/// takes one closure for another.
package func expectComplaint<Result>(
  _ words: String, at location: SourceLocation = #_sourceLocation, _ body: () throws -> Result
) {
  let text = complaint(body, at: location)
  #expect(text.contains(words), "\(text)", sourceLocation: location)
}

/// What `body` throws, as it is printed, or `no error`; the path of a scratch folder becomes `ROOT`.
package func mistakes(in folder: ScratchFolder? = nil, _ body: () throws -> Void) -> String {
  do {
    try body()
    return "no error"
  } catch {
    guard let folder else { return "\(error)" }
    return "\(error)".replacing(folder.path, with: "ROOT")
  }
}
