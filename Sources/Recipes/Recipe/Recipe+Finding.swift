import Checkpoints
import PETL

extension [Diagnostic] {
  /// Runs `body`, which opens what a section of a recipe names, and keeps what it finds wrong.
  ///
  /// - Parameters:
  ///   - section: the weights or the data.
  ///   - body: may throw `DiagnosticError`.
  /// - Returns: what `body` gives; nil when something is wrong with it.
  /// - Throws: what `body` throws that is no `DiagnosticError`.
  @discardableResult
  package mutating func collect<Value>(
    opening section: some NamesPath, _ body: () throws -> Value
  ) throws -> Value? {
    try collect { try section.opening(body) }
  }
}

/// A section of a recipe that names a file or folder.
package protocol NamesPath {
  /// What it names.
  var namedPath: String? { get }
  /// Where it is named.
  var span: SourceSpan? { get }
}

extension NamesPath {
  /// Runs `body`, which opens what is named.
  ///
  /// - Parameter body: may throw `DiagnosticError`.
  /// - Returns: what `body` gives.
  /// - Throws: what `body` throws, with its place; of a path where nothing is, with where it was looked for.
  package func opening<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as DiagnosticError {
      guard let path = namedPath, FileKind.seen(at: path) == nil,
        let hint = PathSearch(span?.source).hint(path)
      else { throw error.placed(at: span) }
      throw DiagnosticError(
        error.diagnostics.map {
          Diagnostic($0.message, severity: $0.severity, at: $0.span, hints: $0.hints + [hint])
        }
      ).placed(at: span)
    }
  }
}

extension BackboneRecipe: NamesPath {
  package var namedPath: String? { weights.hasPrefix("embedded:") ? nil : weights }
}

extension DataRecipe: NamesPath {
  package var namedPath: String? { path }
}
