import Checkpoints
import Foundation
import PETL

/// Texts in up to three splits.
public struct TextSplits<Record: Sendable>: Sendable {
  /// The name of the file or folder.
  public let name: String
  /// What is learned from.
  public let train: [Record]?
  /// What choices are made on.
  public let val: [Record]?
  /// What is reported.
  public let test: [Record]?
  /// What the user should know of files that are there and are not read, a sentence each.
  public let notes: [Note]
  /// Whether nothing says which of the texts are for what: all are in `train`.
  package let isUnsplit: Bool

  /// The splits there are, `train+val` among them if both its halves are there.
  public var splits: [Split] {
    var present: [Split] = []
    if train != nil { present.append(.train) }
    if val != nil { present.append(.val) }
    if test != nil { present.append(.test) }
    if train != nil, val != nil { present.append(.trainAndVal) }
    return present
  }

  /// The texts of one split.
  ///
  /// - Throws: `DiagnosticError` that lists the splits there are, if this one is missing.
  public func records(of split: Split) throws -> [Record] {
    switch split {
    case .train: if let train { return train }
    case .val: if let val { return val }
    case .test: if let test { return test }
    case .trainAndVal: if let train, let val { return train + val }
    }
    throw DiagnosticError(
      "the texts of \(name) have no split \(split.rawValue)",
      hints: ["expected one of: \(splits.map(\.rawValue).joined(separator: ", "))"])
  }

  /// The texts to be measured: of texts without splits all, of others those of one split.
  ///
  /// - Parameter split: `test` where nothing was asked for.
  /// - Returns: the texts, in order.
  /// - Throws: `DiagnosticError` when there is no such split.
  public func measured(_ split: Split) throws -> [Record] {
    guard isUnsplit, let train else { return try records(of: split) }
    guard split == .test else {
      throw DiagnosticError(
        "the texts of \(name) have no splits, of which '\(split.rawValue)' is asked for",
        hints: ["leave --split out: all of them are measured"])
    }
    return train
  }

  /// The same texts as something else.
  ///
  /// - Parameter change: makes the records of a split something else; it is told the split.
  /// - Returns: as many splits.
  public func map<Other: Sendable>(
    _ change: (Split, [Record]) throws -> [Other]
  ) rethrows -> TextSplits<Other> {
    TextSplits<Other>(
      name: name, train: try train.map { try change(.train, $0) },
      val: try val.map { try change(.val, $0) }, test: try test.map { try change(.test, $0) },
      notes: notes, isUnsplit: isUnsplit)
  }

  /// The same texts, with more that the user should know.
  func adding(_ more: [Note]) -> Self {
    Self(name: name, train: train, val: val, test: test, notes: notes + more, isUnsplit: isUnsplit)
  }

  /// No texts, by the name of a file or folder that is not read.
  package init(noneOf path: String) {
    self.init(
      name: Self.name(of: path), train: nil, val: nil, test: nil, notes: [], isUnsplit: false)
  }

  private static func name(of path: String) -> String {
    let name = path.split(separator: "/").last.map { String($0.prefix { $0 != "." }) } ?? path
    return name.isEmpty ? path : name
  }

  private init(
    name: String, train: [Record]?, val: [Record]?, test: [Record]?, notes: [Note],
    isUnsplit: Bool
  ) {
    (self.name, self.train, self.val, self.test) = (name, train, val, test)
    (self.notes, self.isUnsplit) = (notes, isUnsplit)
  }
}

extension TextSplits {
  /// Reads a file, which is the training split, or a folder with a file for each split: `train`, `val` (or `valid`,
  /// or `dev`) and `test`, with one of the endings.
  ///
  /// - Parameters:
  ///   - path: of the file or folder.
  ///   - endings: that files of texts may have, without a point.
  ///   - fractions: which parts of the training texts become validation and test, where these have no file.
  ///   - read: the texts of a file.
  ///   - cut: the training texts in parts for validation and test, and the rest; it is given the fractions.
  /// - Throws: `DiagnosticError` with everything that is wrong with the files.
  package init(
    _ path: String, endings: [String], fractions: (val: Double?, test: Double?),
    read: (String) throws -> [Record], cut: ([Record], [Double]) throws -> [[Record]]
  ) throws {
    var files = ["train": path]
    var notes: [Note] = []
    if isFolder(path) { (files, notes) = try Self.files(in: path, endings) }
    try self.init(path, files: files, notes: notes, fractions: fractions, read: read, cut: cut)
  }

  /// Reads the file, or folder, of each split.
  ///
  /// - Parameters:
  ///   - path: of all together, for its name.
  ///   - files: the path of `train`, `val` and `test`, or of some of them.
  ///   - notes: what the user should know so far.
  ///   - fractions: which parts of the training texts become validation and test, where these have no file.
  ///   - read: the texts of a file.
  ///   - cut: the training texts in parts for validation and test, and the rest; it is given the fractions.
  /// - Throws: `DiagnosticError` with everything that is wrong with the files.
  package init(
    _ path: String, files: [String: String], notes: [Note] = [],
    fractions: (val: Double?, test: Double?), read: (String) throws -> [Record],
    cut: ([Record], [Double]) throws -> [[Record]]
  ) throws {
    var mistakes: [Diagnostic] = []
    var found: [String: [Record]] = [:]
    for (split, file) in files.sorted(by: { $0.key < $1.key }) {
      try mistakes.collect { found[split] = try read(file) }
    }
    for (key, fraction) in [("val", fractions.val), ("test", fractions.test)]
    where fraction != nil && files[key] != nil {
      mistakes.append(
        Diagnostic(
          "\(path) has a split '\(key)' of its own", hints: ["remove data.\(key)_fraction"]))
    }
    try mistakes.throwIfAny()
    if fractions.val != nil || fractions.test != nil {
      guard let all = found["train"] else {
        throw DiagnosticError("\(path): there is no split 'train' to cut fractions off")
      }
      let parts = try cut(all, [fractions.val ?? 0, fractions.test ?? 0])
      for (key, fraction, part) in [
        ("val", fractions.val, parts[0]), ("test", fractions.test, parts[1]),
      ] where fraction != nil {
        guard !part.isEmpty else {
          throw DiagnosticError(
            "data.\(key)_fraction gives the split '\(key)' no text of \(all.count)",
            hints: ["it is rounded, of classes in each of them: make it larger"])
        }
        found[key] = part
      }
      guard !parts[2].isEmpty else {
        throw DiagnosticError("the fractions leave nothing of \(path) to train on")
      }
      found["train"] = parts[2]
    }
    self.init(
      name: Self.name(of: path), train: found["train"], val: found["val"],
      test: found["test"], notes: notes,
      isUnsplit: files == ["train": path] && found.count == 1)
  }

  /// The file of each split in a folder.
  private static func files(
    in folder: String, _ endings: [String]
  ) throws -> (files: [String: String], notes: [Note]) {
    let all = try entryNames(folder)
    let names = all.filter { name in endings.contains { name.hasSuffix(".\($0)") } }
    let strays = StrayEntries.notes(
      all.filter { !names.contains($0) }, in: folder, "in no split", endings: [])
    let stems = names.map { URL(fileURLWithPath: $0).deletingPathExtension().lastPathComponent }
    for (stem, both) in Dictionary(grouping: zip(stems, names), by: \.0).sorted(by: {
      $0.key < $1.key
    })
    where both.count > 1 {
      throw DiagnosticError(
        "\(folder) has '\(stem)' \(both.count) times: \(both.map(\.1).sorted().joined(separator: ", "))",
        hints: ["keep one of them"])
    }
    let splits = try SplitFolders(folder, stems)
    let byStem = Dictionary(zip(stems, names)) { first, _ in first }
    let files = splits.paths.compactMapValues { path in
      byStem[String(path.dropFirst(folder.count + 1))].map { "\(folder)/\($0)" }
    }
    guard !files.isEmpty else {
      let kinds = endings.map { ".\($0)" }.joined(separator: ", ")
      throw DiagnosticError(
        "\(folder): there is no split in this folder",
        hints: ["expected files train, val and test, or some of them, with an ending of \(kinds)"])
    }
    return (files, splits.notes + strays)
  }
}
