import Checkpoints
import PETL

extension Dataset {
  /// Reads a CSV file of paths and classes; no image is opened.
  ///
  /// With a header, the columns are found by their names: `path` (or `file`, `filename`, `image`),
  /// `label` (or `class`, `target`) and, if there is one, `split`; others are passed over. Without one,
  /// they are path, label and, if rows have three cells, split. Paths start from the folder of the
  /// file. If all labels are whole numbers they are the classes' numbers; otherwise classes are
  /// numbered in the order of their names' bytes. Splits are `train`, `val`, `test`; without that
  /// column all images are for training, and `fractions` cuts parts off.
  ///
  /// - Parameters:
  ///   - path: of the file.
  ///   - classes: the number of classes, where labels are numbers; nil for one more than the largest.
  ///   - fractions: which part of each class becomes validation and test images.
  ///   - seed: of that choice.
  /// - Throws: `DiagnosticError` with every mistake of the file, each with its line.
  public init(
    csv path: String, classes: Int? = nil, fractions: (val: Double?, test: Double?) = (nil, nil),
    seed: Int = 0
  ) throws {
    let table = try CSVTable(listText(path), name: path)
    let columns = try CSVColumns(table, name: path)
    let rows = columns.hasHeader ? table.rows.dropFirst() : table.rows[...]
    guard !rows.isEmpty else { throw DiagnosticError("\(path): the file names no image") }
    let labels = CSVLabels(rows.compactMap { columns.label($0)?.text }, count: classes)
    if classes != nil, !labels.areNumbers {
      throw DiagnosticError(
        "\(path): the labels are names, so that 'classes' is not needed",
        hints: ["remove 'classes'"])
    }
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    var items: [String: [ImageFiles.Item]] = [:]
    var mistakes: [Diagnostic] = []
    for row in rows {
      do {
        let (split, item) = try columns.item(row, folder, labels)
        items[split, default: []].append(item)
      } catch {
        mistakes += (error as? DiagnosticError)?.diagnostics ?? []
      }
    }
    if !mistakes.isEmpty { throw listed(mistakes, "mistakes in \(path)") }
    func files(_ split: String) -> ImageFiles? {
      items[split].map { ImageFiles($0, origin: path) }
    }
    let file = path.split(separator: "/").last.map(String.init) ?? path
    let description = Description(
      name: String(file.prefix { $0 != "." }), classes: labels.classes, source: path,
      hasOnlyNumbers: labels.areNumbers)
    for (key, fraction) in [("val", fractions.val), ("test", fractions.test)]
    where fraction != nil && items[key] != nil {
      throw DiagnosticError(
        "\(path) names \(key) images, and data.\(key)_fraction would cut off others",
        hints: ["remove one of them"])
    }
    let (val, test) = (files("val"), files("test"))
    guard let train = files("train") else {
      try self.init(
        description, sources: (nil, val.map { .files($0) }, test.map { .files($0) }),
        notes: labels.notes)
      return
    }
    try self.init(
      description, cutting: train, (val, test), fractions, seed, notes: labels.notes)
  }
}

/// The classes that labels name.
private struct CSVLabels {
  let classes: [String]
  let areNumbers: Bool
  /// What the user should know of them, a sentence each.
  let notes: [Note]

  init(_ texts: [String], count: Int?) {
    let numbers = texts.compactMap { Int($0) }
    let bounds = 0..<Dataset.mostClasses
    let isCounting = numbers.count == texts.count
    var reason: String?
    if isCounting, let odd = numbers.first(where: { !bounds.contains($0) }) {
      reason = "\(odd) is not the number of a class, 0...\(bounds.upperBound - 1)"
    } else if isCounting, let (one, other) = Self.spelledTwice(texts) {
      reason = "'\(one)' and '\(other)' would be one number"
    }
    areNumbers = isCounting && reason == nil
    notes = reason.map { ["the labels are taken for names, for \($0)"] } ?? []
    classes =
      areNumbers
      ? (0..<(count ?? (numbers.max() ?? 0) + 1)).map(String.init)
      : Set(texts.filter { !$0.isEmpty }.map(ExactName.init)).sorted().map(\.text)
    indices = Dictionary(
      uniqueKeysWithValues: classes.enumerated().map { (ExactName($1), $0) })
  }

  private let indices: [ExactName: Int]

  /// Two spellings of one whole number; nil where each has one.
  private static func spelledTwice(_ texts: [String]) -> (String, String)? {
    var spelling: [Int: String] = [:]
    for text in texts {
      guard let number = Int(text) else { continue }
      if let other = spelling[number], other != text { return (other, text) }
      spelling[number] = text
    }
    return nil
  }

  func index(of text: String) -> Int? {
    areNumbers ? Int(text).flatMap { $0 < classes.count ? $0 : nil } : indices[ExactName(text)]
  }
}

/// Which column is which.
private struct CSVColumns {
  let hasHeader: Bool
  private let path: Int
  private let label: Int
  private let split: Int?
  private static let names = [
    "path": ["path", "file", "filename", "image"], "label": ["label", "class", "target"],
    "split": ["split"],
  ]

  init(_ table: CSVTable, name: String) throws {
    let cells = table.rows.first?.map { $0.text.lowercased() } ?? []
    func column(_ key: String) -> Int? {
      cells.firstIndex { Self.names[key]?.contains($0) == true }
    }
    if let path = column("path"), let label = column("label") {
      (self.path, self.label, split, hasHeader) = (path, label, column("split"), true)
      return
    }
    if let found = column("path") ?? column("label") {
      let missing = column("path") == nil ? "path" : "label"
      throw DiagnosticError(
        "the header has no column '\(missing)'", at: table.rows.first?[found].place,
        hints: ["expected path, label and, if there are any, split"])
    }
    guard (2...3).contains(cells.count) || cells.isEmpty else {
      throw DiagnosticError(
        "the first row has \(cells.count) cells", at: table.rows.first?.first?.place,
        hints: ["expected path,label or path,label,split, or a header with these names"])
    }
    (path, label, split, hasHeader) = (0, 1, cells.count == 3 ? 2 : nil, false)
  }

  func label(_ row: [CSVTable.Cell]) -> CSVTable.Cell? {
    row.indices.contains(label) ? row[label] : nil
  }

  /// The split and the image of a row.
  func item(
    _ row: [CSVTable.Cell], _ folder: String, _ labels: CSVLabels
  ) throws -> (split: String, ImageFiles.Item) {
    let last = max(path, label, split ?? 0)
    guard row.count > last, row.count == last + 1 || hasHeader else {
      throw DiagnosticError(
        "this row has \(row.count) cells", at: row.first?.place, hints: ["expected \(last + 1)"])
    }
    guard !row[path].text.isEmpty else {
      throw DiagnosticError("the path is empty", at: row[path].place)
    }
    let text = row[label].text
    guard let index = labels.index(of: text) else {
      throw DiagnosticError(
        text.isEmpty
          ? "the label is empty" : "the class \(text) is not below the number of classes",
        at: row[label].place,
        hints: text.isEmpty ? [] : ["expected 0...\(labels.classes.count - 1)"])
    }
    let split = split.map { row[$0] }
    let name = split?.text.lowercased() ?? "train"
    guard ["train", "val", "test"].contains(name) else {
      let nearest = nearestName(to: name, among: ["train", "val", "test", "validation", "valid"])
      let meant = nearest.map { $0.hasPrefix("valid") ? "val" : $0 }
      throw DiagnosticError(
        "there is no split '\(split?.text ?? "")'", at: split?.place,
        hints: meant.map { ["did you mean '\($0)'?"] } ?? ["expected train, val or test"])
    }
    let item = try ImageFiles.Item(
      path: Datasets.path(of: row[path].text, in: folder), name: row[path].text, label: index,
      place: row[path].place)
    return (name, item)
  }
}
