import PETL

/// What lies in a folder of texts and is not read.
enum StrayEntries {
  /// What the user should know of it, a sentence each.
  ///
  /// - Parameters:
  ///   - names: of the entries that are not read.
  ///   - folder: in which they are.
  ///   - place: where a text would be read, such as "in no folder of a class".
  ///   - endings: that files of texts have, without a point.
  /// - Returns: notes of files of texts, and of others.
  static func notes(
    _ names: [String], in folder: String, _ place: String, endings: [String]
  ) -> [Note] {
    let texts = names.filter { name in endings.contains { name.hasSuffix(".\($0)") } }
    let others = names.filter { !texts.contains($0) }
    var notes: [Note] = []
    if let first = texts.first {
      notes.append(
        .warning(
          "\(counted(texts.count, "file of texts", "files of texts")) \(place): not read, such as "
            + "\(folder)/\(first)"))
    }
    if let first = others.first {
      notes.append(
        Note(
          "\(counted(others.count, "entry", "entries")) in \(folder) that no texts are read from: passed over, "
            + "such as \(first)"))
    }
    return notes
  }
}
