import Checkpoints
import Foundation
import PETL

/// Labelled texts in splits, and their classes.
public struct LabelledTexts: Sendable {
  /// The texts.
  public let splits: TextSplits<LabelledText>
  /// The names of the classes, in order; none of numbers.
  public let classes: [String]
  /// What labels are.
  public let kind: TextLabel.Kind

  /// How many numbers tell a text's label: one for each class, or one.
  public var outputs: Int { kind == .number ? 1 : classes.count }

  /// What is cut off and left out of the texts.
  public struct Choice: Sendable {
    /// The part of each class that becomes the validation split; nil where it has a file, or there is none.
    public var val: Double?
    /// The part of each class that becomes the test split.
    public var test: Double?
    /// So many training texts of each class; nil for all.
    public var shots: Int?
    /// The seed of the choice.
    public var seed = 0

    /// All texts.
    public init() {}

    /// Chooses parts.
    public init(val: Double?, test: Double?, shots: Int?, seed: Int) {
      (self.val, self.test, self.shots, self.seed) = (val, test, shots, seed)
    }
  }

  /// Reads JSON lines, CSV or TSV with a header, a folder with such a file for each split, or folders of classes with
  /// a text in each file.
  ///
  /// Classes are those of the training split.
  ///
  /// - Parameters:
  ///   - path: of the file or folder.
  ///   - columns: the keys or columns.
  ///   - choice: what is cut off and left out.
  /// - Throws: `DiagnosticError` with every mistake of the files.
  public init(_ path: String, _ columns: TextColumns, _ choice: Choice = Choice()) throws {
    if try Self.hasClassFolders(path) {
      try self.init(folders: path, columns.kind, choice)
      return
    }
    let spelled = try TextSplits(
      path, endings: LabelledTextFile.endings, fractions: (choice.val, choice.test),
      read: { try LabelledTextFile.read($0, columns) }, cut: Self.cut(choice))
    try self.init(spelled, columns.kind, choice)
  }

  /// Reads a folder of GLUE's: `train.tsv` and `dev.tsv`, of MNLI `dev_matched.tsv`.
  ///
  /// - Parameters:
  ///   - path: of the folder.
  ///   - task: of GLUE.
  ///   - choice: what is cut off and left out.
  /// - Throws: `DiagnosticError` with every mistake of the files.
  public init(glue path: String, _ task: GLUETask, _ choice: Choice = Choice()) throws {
    guard isFolder(path) else {
      throw DiagnosticError(
        "\(path): text.glue takes a folder",
        hints: ["expected \(task.files.train) and \(task.files.val) in it"])
    }
    var notes: [Note] = task.files.unread.filter { FileFacts("\(path)/\($0)") != nil }.map {
      Note(
        "\(path)/\($0) \($0.hasPrefix("test") ? "has no labels" : "is no split"), and is not read")
    }
    let names = ["train": task.files.train, "val": task.files.val].mapValues { "\(path)/\($0)" }
    let files = names.filter { FileFacts($0.value) != nil }
    guard !files.isEmpty else {
      throw DiagnosticError(
        "\(path): there is neither \(task.files.train) nor \(task.files.val)",
        hints: ["text.glue: \(task.rawValue) takes GLUE's own files"])
    }
    let spelled = try TextSplits(
      path, files: files, fractions: (choice.val, choice.test),
      read: {
        let file = try GLUEFile($0, of: task)
        notes += file.notes
        return file.texts
      }, cut: Self.cut(choice))
    try self.init(
      spelled.adding(notes), task.kind, choice, classes: TextClasses(task.classes.map(\.name)))
  }

  /// The texts of a file, whatever labels it may have: JSON lines, CSV or TSV with a header, or `.txt` with a text in
  /// each line.
  ///
  /// - Parameters:
  ///   - path: of the file.
  ///   - columns: the keys or columns of texts.
  /// - Returns: at least one.
  /// - Throws: `DiagnosticError` with every mistake of the file.
  public static func texts(_ path: String, _ columns: TextColumns) throws -> [TextRecord] {
    if path.lowercased().hasSuffix(".txt") {
      return try TextFile(path, plainText: .lines).records
    }
    var columns = columns
    columns.hasLabels = false
    return try LabelledTextFile.read(path, columns).map(\.record)
  }

  private init(folders path: String, _ kind: TextLabel.Kind, _ choice: Choice) throws {
    let folders = try SplitFolders(path, folderNames(path))
    let paths = folders.paths.isEmpty ? ["train": path] : folders.paths
    var notes = folders.notes
    let spelled = try TextSplits(
      path, files: paths, fractions: (choice.val, choice.test),
      read: {
        let found = try TextFolders($0, kind)
        notes += found.notes
        return found.texts
      }, cut: Self.cut(choice))
    try self.init(spelled.adding(notes), kind, choice)
  }

  private init(
    _ spelled: TextSplits<SpelledText>, _ kind: TextLabel.Kind, _ choice: Choice,
    classes: TextClasses? = nil
  ) throws {
    guard let train = spelled.train else {
      throw DiagnosticError(
        "the texts of \(spelled.name) have no split train, which says the classes")
    }
    self.kind = kind
    let classes = classes ?? TextClasses(of: train)
    self.classes = kind == .number ? [] : classes.names
    if kind != .number, classes.names.count < (kind == .classes ? 2 : 1) {
      throw DiagnosticError(
        "the texts of \(spelled.name) have \(counted(classes.names.count, "class", "classes"))",
        hints: ["there must be \(kind == .classes ? "two" : "one") at least"])
    }
    var mistakes: [Diagnostic] = []
    for part in [spelled.train, spelled.val, spelled.test].compactMap(\.self) {
      try mistakes.collect { _ = try classes.labelled(part, classesOf: "the training texts") }
    }
    try mistakes.throwIfAny()
    splits = try spelled.map { split, part in
      let all = try classes.labelled(part, classesOf: "the training texts")
      guard split == .train, let shots = choice.shots else { return all }
      return try Self.few(shots, of: all, classes.names, choice.seed)
    }
  }

  /// So many texts of each class.
  private static func few(
    _ shots: Int, of texts: [LabelledText], _ classes: [String], _ seed: Int
  ) throws -> [LabelledText] {
    let labels = try texts.map { text in
      guard case .one(let label) = text.label else {
        throw DiagnosticError(
          "data.shots is for texts with one class each", hints: ["remove it"])
      }
      return label
    }
    return try SeededChoice(labels: labels, seed: seed)
      .first(shots, of: classes, split: "train", what: "texts").map { texts[$0] }
  }

  /// Parts of each class; of numbers, and of several classes, of all texts.
  private static func cut(
    _ choice: Choice
  ) -> ([SpelledText], [Double]) -> [[SpelledText]] {
    { texts, fractions in
      let classes = TextClasses(
        of: texts.filter { if case .name = $0.label { true } else { false } })
      let numbers = Dictionary(
        uniqueKeysWithValues: classes.names.enumerated().map { ($1, $0) })
      let labels = texts.map { text in
        if case .name(let name) = text.label { numbers[name] ?? 0 } else { 0 }
      }
      return SeededChoice(labels: labels, seed: choice.seed).parts(fractions)
        .map { $0.map { texts[$0] } }
    }
  }

  /// Whether a path is a folder of folders, and has no file of texts.
  private static func hasClassFolders(_ path: String) throws -> Bool {
    guard isFolder(path) else { return false }
    let files = try entryNames(path).contains { name in
      LabelledTextFile.endings.contains { name.hasSuffix(".\($0)") }
    }
    return try !files && !folderNames(path).isEmpty
  }
}
