import Foundation
import PETL

/// The texts of a folder that has a folder for each class: each file is a text.
struct TextFolders {
  /// The texts, class by class, in the order of the names.
  let texts: [SpelledText]
  /// What the user should know, a sentence each.
  let notes: [Note]

  /// Reads the files that end in `.txt`, without the line ends at their ends.
  ///
  /// - Parameters:
  ///   - folder: of the classes' folders.
  ///   - kind: what labels are; a folder is one class.
  /// - Throws: `DiagnosticError` with every file that cannot be read.
  init(_ folder: String, _ kind: TextLabel.Kind) throws {
    guard kind == .classes else {
      throw DiagnosticError(
        "\(folder): a folder is one class, and text.labels is \(kind.rawValue)",
        hints: ["give JSON lines, or leave text.labels out"])
    }
    var mistakes: [Diagnostic] = []
    var texts: [SpelledText] = []
    var other: [String] = []
    let classes = try folderNames(folder)
    let strays = try entryNames(folder).filter { !classes.contains($0) }
    for name in classes {
      let before = (texts.count, mistakes.count)
      for file in try entryNames("\(folder)/\(name)") {
        let path = "\(folder)/\(name)/\(file)"
        guard file.hasSuffix(".txt") else {
          other.append(path)
          continue
        }
        try mistakes.collect {
          let content = try textContent(of: path)
          let end = content.lastIndex { !$0.isNewline }.map { content.index(after: $0) }
          let text = String(content[..<(end ?? content.startIndex)])
          texts.append(
            SpelledText(
              record: TextRecord([.init(text, counts: true)], at: LinePlace(1, of: path)),
              label: .name(name), place: nil))
        }
      }
      if (texts.count, mistakes.count) == before {
        mistakes.append(
          Diagnostic("\(folder)/\(name) holds no text", hints: ["expected files that end in .txt"]))
      }
    }
    if texts.isEmpty, mistakes.isEmpty {
      throw DiagnosticError(
        "\(folder) holds no folders", hints: ["expected one for each class, with .txt files"])
    }
    if !mistakes.isEmpty { throw listed(mistakes, "mistakes in \(folder)") }
    self.texts = texts
    let below =
      other.first.map {
        [
          Note(
            "\(counted(other.count, "entry", "entries")) below \(folder) with no .txt in the name: passed over, "
              + "such as \($0)")
        ]
      } ?? []
    notes =
      StrayEntries.notes(
        strays, in: folder, "in no folder of a class", endings: ["txt"]) + below
  }
}
