import PETL

/// The folders of the splits in the folder of a data set.
struct SplitFolders {
  /// The names that the validation split may have; `valid` is that of fastai and Roboflow.
  static let validation = ["val", "valid", "dev"]

  /// The path of each split that is there; none where the folders are those of classes.
  let paths: [String: String]
  /// What is beside them, a sentence each.
  let notes: [Note]

  /// Tells splits from classes.
  ///
  /// `valid` and `dev` are splits beside others only: they may be classes.
  ///
  /// - Parameters:
  ///   - root: the folder of the data set.
  ///   - present: the names of the folders in it, or of files without their ending.
  ///   - kind: the ending of files; empty of folders.
  /// - Throws: `DiagnosticError` when a split is there twice, or a name looks like a split misspelt.
  init(_ root: String, _ present: [String], kind: String = "") throws {
    var names = ["train", "val", "test"].filter(present.contains)
    guard !names.isEmpty else {
      (paths, notes) = ([:], [])
      return
    }
    let validation = Self.validation.filter(present.contains)
    if validation.count > 1 {
      throw DiagnosticError(
        "\(root) has \(validation.count) validation splits: \(validation.joined(separator: ", "))",
        hints: ["keep one of them"])
    }
    names += validation.filter { $0 != "val" }
    var notes: [Note] = []
    for other in present where !names.contains(other) {
      let known = ["train", "test", "validation"] + Self.validation
      if let meant = nearestName(to: other, among: known) {
        throw DiagnosticError(
          "\(root)/\(other)\(kind) is not a split",
          hints: [
            "did you mean '\(meant == "validation" ? "val" : meant)'? The splits are train, val, test"
          ])
      }
      notes.append("\(root)/\(other)\(kind) is no split, and is not read")
    }
    let named = names.map { (Self.validation.contains($0) ? "val" : $0, "\(root)/\($0)") }
    paths = Dictionary(named) { first, _ in first }
    self.notes = notes
  }
}
