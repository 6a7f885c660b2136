import Foundation
import PETL

/// The path that one which leads nowhere was perhaps meant to be: each part that is not there is taken for the nearest
/// name of the folder that it should be in.
///
/// - Parameters:
///   - path: where nothing is.
///   - isMeant: which paths may be named.
/// - Returns: nil where a part has no near name, or nothing is there either.
package func nearestPath(to path: String, where isMeant: (String) -> Bool = { _ in true })
  -> String?
{
  let parts = path.split(separator: "/")
  var found = path.hasPrefix("/") ? "/" : ""
  for (index, part) in parts.enumerated() {
    let isLast = index == parts.count - 1
    var next = found + part
    if !fileExists(next) || isLast && !isMeant(next) {
      let folder = found.isEmpty ? "." : found
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      let meant = names.filter { isLast ? isMeant(found + $0) : isFolder(found + $0) }
      guard let name = nearestName(to: String(part), among: meant.sorted()) else { return nil }
      next = found + name
    }
    found = isLast ? next : next + "/"
  }
  return found.isEmpty || found == path ? nil : found
}

extension DiagnosticError {
  /// That a path does not lead to what it should.
  ///
  /// - Parameters:
  ///   - path: as the user gave it.
  ///   - kind: what should be there: `file`, `folder`, `file or folder`.
  ///   - hints: what else the user may do.
  ///   - isMeant: which paths may be named as the one that was meant.
  package init(
    missing path: String, _ kind: String, hints: [String] = [],
    where isMeant: (String) -> Bool = { _ in true }
  ) {
    if let seen = FileKind.seen(at: path) {
      self.init("'\(path)' is \(seen.rawValue), not a \(kind)", hints: hints)
      return
    }
    self = DiagnosticError("there is no \(kind) '\(path)'", hints: hints)
      .naming(nearestPath(to: path, where: isMeant))
  }

  /// The same error with the path that was perhaps meant; unchanged without one.
  func naming(_ path: String?) -> DiagnosticError {
    guard let path else { return self }
    return DiagnosticError(
      diagnostics.map {
        Diagnostic(
          $0.message, severity: $0.severity, at: $0.span,
          hints: ["did you mean '\(path)'?"] + $0.hints)
      })
  }
}
