import PETL

/// A list file of VTAB-1K: on each line a path, one space, and a class counted from 0.
struct VTABList {
  /// The files, in the order of the list.
  let files: ImageFiles
  /// The largest class of the list.
  let largest: Int

  /// Reads a list.
  ///
  /// A line is split at its last space, so paths may hold spaces. Empty lines count as none.
  ///
  /// - Parameters:
  ///   - list: the path of the list.
  ///   - folder: that its paths start from.
  ///   - classes: the number of classes.
  ///   - knownAs: whose number of classes that is, for errors.
  /// - Throws: `DiagnosticError` with every mistake of the list, each with its line.
  init(path list: String, folder: String, classes: Int, knownAs: String) throws {
    let text = SourceText(name: list, text: try listText(list))
    var items: [ImageFiles.Item] = []
    var mistakes: [Diagnostic] = []
    for (index, line) in text.lines.enumerated() {
      let line = line.trimmingSpaces
      if line.isEmpty { continue }
      func mistake(_ message: String, column: Int = 1, length: Int = 1, _ hints: String...) {
        mistakes.append(
          Diagnostic(
            message,
            at: SourceSpan(source: text, line: index + 1, column: column, length: length),
            hints: hints))
      }
      guard let space = line.lastIndex(of: " ") else {
        mistake(
          "there is no space between a path and a class", length: line.count,
          "expected a line such as images/test/000001.jpg 3")
        continue
      }
      let name = String(line[..<space]).trimmingSpaces
      let number = String(line[line.index(after: space)...])
      let column = line.distance(from: line.startIndex, to: space) + 2
      guard let label = Int(number) else {
        mistake(
          "the class '\(number)' is not a number", column: column, length: number.count,
          "expected 0...\(classes - 1) after the last space")
        continue
      }
      guard (0..<classes).contains(label) else {
        mistake(
          "the class \(label) is not one of 0...\(classes - 1)", column: column,
          length: number.count, knownAs)
        continue
      }
      try mistakes.collect {
        items.append(
          try ImageFiles.Item(
            path: Datasets.path(of: name, in: folder), name: name, label: label,
            place: SourceSpan(source: text, line: index + 1, column: 1, length: name.count)))
      }
    }
    if !mistakes.isEmpty { throw listed(mistakes, "mistakes in \(list)") }
    guard !items.isEmpty else { throw DiagnosticError("\(list): the list names no image") }
    files = ImageFiles(items, origin: list)
    largest = items.map(\.label).max() ?? 0
  }
}

extension String {
  /// Without spaces, tabs and carriage returns at either end.
  var trimmingSpaces: String {
    func isSpace(_ character: Character) -> Bool { " \t\r".contains(character) }
    guard let first = firstIndex(where: { !isSpace($0) }),
      let last = lastIndex(where: { !isSpace($0) })
    else { return "" }
    return String(self[first...last])
  }
}
