import Foundation

/// Where the relative paths of a recipe lead.
///
/// First in the folder where the program was started, then in the recipe's own folder; and what begins with `data/`, in
/// the folder that the environment's `PETL_DATA` names in place of that `data`. Of the recipe that a run stores, the
/// folder where the run was started comes before all others, or, of a run that does not lie in it, after the first. What
/// is nowhere stays as it stands.
package struct PathSearch {
  /// The variable of the environment that names the folder of data and weights.
  package static let variable = "PETL_DATA"
  /// What a path begins with that may be in the folder of the variable.
  static let start = "data/"

  let places: PathPlaces
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
    places = source?.places ?? PathPlaces()
    data = environment[Self.variable].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// A path, and whose folder it is in.
  private struct Candidate {
    let path: String
    let owner: String
    var isThere: Bool { FileManager.default.fileExists(atPath: path) }
  }

  /// The places of a relative path in their order, without those that are the working folder.
  private func candidates(_ path: String) -> [Candidate] {
    let here = Candidate(path: path, owner: "the working folder")
    guard !path.hasPrefix("/"), !path.isEmpty else { return [here] }
    var found = [here]
    if let started = places.started, !Self.isSame(started, ".") {
      let own = Candidate(path: "\(started)/\(path)", owner: "the folder where the run was started")
      found.insert(own, at: places.isMoved ? 1 : 0)
    }
    if let folder = places.own, folder != "." {
      found.append(Candidate(path: "\(folder)/\(path)", owner: "the recipe's folder"))
    }
    if let data, path.hasPrefix(Self.start) {
      found.append(
        Candidate(path: "\(data)/\(path.dropFirst(Self.start.count))", owner: Self.variable))
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
    let found = candidates(path).filter(\.isThere)
    guard let first = found.first else { return (path, nil) }
    let others = found.dropFirst().filter { !Self.isSame($0.path, first.path) }
    if let other = others.first {
      let own = first.path == path ? "" : ", \(first.path)"
      return (
        first.path,
        Note(
          "'\(key)': '\(path)' is that of \(first.owner)\(own); there is another in \(other.owner), "
            + other.path)
      )
    }
    guard first.path != path else { return (path, nil) }
    return (first.path, Note("'\(key)': '\(path)' is in \(first.owner), \(first.path)"))
  }

  /// Where a path that is nowhere was looked for, a sentence; nil of an absolute one.
  package func hint(_ path: String) -> String? {
    guard !path.hasPrefix("/"), !path.isEmpty else { return nil }
    let places = candidates(path).filter { $0.path != path }
      .map { ", as '\($0.path)' (\($0.owner))" }.joined()
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
