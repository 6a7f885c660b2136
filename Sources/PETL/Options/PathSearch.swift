import Foundation

/// Where the relative paths of a recipe are looked for.
///
/// First in the folder where the program was started, then in the recipe's own folder; and what begins with `data/`, in
/// the folder that the environment's `PETL_DATA` names in place of that `data`. What is nowhere stays as it stands.
package struct PathSearch {
  /// The variable of the environment that names the folder of data and weights.
  package static let variable = "PETL_DATA"
  /// What a path begins with that may be in the folder of the variable.
  static let start = "data/"

  /// The recipe's own folder; nil of what was not read from a file.
  let folder: String?
  /// What the variable says.
  let data: String?

  /// A search for what a text names.
  ///
  /// - Parameters:
  ///   - source: the text of a recipe, or of an option of the command line.
  ///   - environment: the variables.
  package init(
    _ source: SourceText?, environment: [String: String] = ProcessInfo.processInfo.environment
  ) {
    folder = source?.folder
    data = environment[Self.variable].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The places of a relative path after the first, each with whose folder it is in.
  private func others(_ path: String) -> [(path: String, owner: String)] {
    guard !path.hasPrefix("/"), !path.isEmpty else { return [] }
    var found: [(path: String, owner: String)] = []
    if let folder, folder != "." { found.append(("\(folder)/\(path)", "the recipe's folder")) }
    if let data, path.hasPrefix(Self.start) {
      found.append(("\(data)/\(path.dropFirst(Self.start.count))", Self.variable))
    }
    return found
  }

  /// The path where something is.
  ///
  /// - Parameters:
  ///   - path: as it was written.
  ///   - key: that it is the value of, for the note.
  /// - Returns: the path, and a note where it is another, or where there are two.
  func located(_ path: String, key: String) -> (path: String, note: Note?) {
    let isThere = FileManager.default.fileExists(atPath: path)
    guard let other = others(path).first(where: { FileManager.default.fileExists(atPath: $0.path) })
    else { return (path, nil) }
    guard isThere else {
      return (other.path, Note("'\(key)': '\(path)' is in \(other.owner), \(other.path)"))
    }
    if Self.isSame(path, other.path) { return (path, nil) }
    return (
      path,
      Note(
        "'\(key)': '\(path)' is that of the working folder; there is another in \(other.owner), "
          + other.path)
    )
  }

  /// Where a path that is nowhere was looked for, a sentence; nil of an absolute one.
  package func hint(_ path: String) -> String? {
    guard !path.hasPrefix("/"), !path.isEmpty else { return nil }
    let places = others(path).map { ", then as '\($0.path)' (\($0.owner))" }.joined()
    let further =
      data == nil && path.hasPrefix(Self.start)
      ? "; \(Self.variable) may name a folder that stands for '\(Self.start)'" : ""
    return "looked for in \(FileManager.default.currentDirectoryPath)\(places)\(further)"
  }

  /// Whether two paths lead to the same place.
  private static func isSame(_ a: String, _ b: String) -> Bool {
    func real(_ path: String) -> String {
      URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    }
    return real(a) == real(b)
  }
}
