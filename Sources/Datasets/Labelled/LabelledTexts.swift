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
  /// a text in each file; of GLUE's a folder with `train.tsv` and `dev.tsv`, of MNLI `dev_matched.tsv`.
  ///
  /// Classes are those of the training split, of GLUE's those of the task.
  ///
  /// - Parameters:
  ///   - path: of the file or folder.
  ///   - layout: where texts and labels are.
  ///   - choice: what is cut off and left out.
  /// - Throws: `DiagnosticError` with every mistake of the files.
  public init(_ path: String, _ layout: TextLayout, _ choice: Choice = Choice()) throws {
    if case .glue(let task) = layout, !isFolder(path) {
      throw DiagnosticError(
        "\(path): text.glue takes a folder",
        hints: ["expected \(task.files.train) and \(task.files.val) in it"])
    }
    try self.init(
      SpelledTexts.read(path, layout, choice), layout.kind, choice,
      classes: SpelledTexts.classes(of: layout))
  }

  /// Reads files whose columns are named, as `init(_:_:_:)` of a layout.
  public init(_ path: String, _ columns: TextColumns, _ choice: Choice = Choice()) throws {
    try self.init(path, .columns(columns), choice)
  }

  init(splits: TextSplits<LabelledText>, classes: [String], kind: TextLabel.Kind) {
    (self.splits, self.classes, self.kind) = (splits, classes, kind)
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
    var spelled = spelled
    if kind == .classes, classes == nil, let numbers = LabelNumbers(train.flatMap(\.names)),
      numbers.areMeasured
    {
      guard !numbers.areTooManyClasses else { throw numbers.refusal }
      spelled = spelled.adding([numbers.note])
    }
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
}
