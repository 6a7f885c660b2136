import Checkpoints
import PETL

extension LabelledTexts {
  /// Classes without texts, to measure others by.
  ///
  /// - Parameters:
  ///   - path: of the file or folder that they are of, which is not read.
  ///   - classes: their names, in order; none of numbers.
  ///   - kind: what labels are.
  package init(noneOf path: String, classes: [String], _ kind: TextLabel.Kind) {
    self.init(splits: TextSplits(noneOf: path), classes: classes, kind: kind)
  }

  /// Other texts with the same classes, to be measured: all of a file or of folders of classes without splits, else
  /// those of one split.
  ///
  /// - Parameters:
  ///   - path: of a file or folder; of a task of GLUE a folder, or one of its files.
  ///   - layout: where texts and labels are.
  ///   - split: `test` where nothing was asked for.
  /// - Returns: the texts, what they are called, and what the user should know, a sentence each.
  /// - Throws: `DiagnosticError` with every mistake of the files, classes that are not of these texts among them.
  public func others(
    _ path: String, _ layout: TextLayout, _ split: Split
  ) throws -> (texts: [LabelledText], name: String, notes: [Note]) {
    let spelled = try SpelledTexts.read(path, layout, Choice())
    let texts = try spelled.measured(split)
    let known = TextClasses(classes)
    return (
      try known.labelled(texts, classesOf: "the run"),
      spelled.isUnsplit ? spelled.name : "\(spelled.name) \(split.rawValue)", spelled.notes
    )
  }

  /// The texts of a file, whatever labels it may have: JSON lines, CSV or TSV with a header, `.txt` with a text in
  /// each line, or one of GLUE's files.
  ///
  /// - Parameters:
  ///   - path: of the file.
  ///   - layout: where texts are.
  /// - Returns: at least one, and whether there are labels, too.
  /// - Throws: `DiagnosticError` with every mistake of the file.
  public static func texts(
    _ path: String, _ layout: TextLayout
  ) throws -> (records: [TextRecord], hasLabels: Bool) {
    guard !isFolder(path) else {
      throw DiagnosticError(
        "\(path): this is a folder, and the texts of a file are answered to",
        hints: ["name one of its files"])
    }
    if path.lowercased().hasSuffix(".txt") {
      return (try TextFile(path, plainText: .lines).records, false)
    }
    if let task = layout.task(of: path), let texts = try GLUETexts(path, of: task) {
      return (texts.records, texts.hasLabels)
    }
    var columns = layout.columns
    columns.hasLabels = false
    let texts = try LabelledTextFile.read(path, columns)
    return (texts.map(\.record), texts.contains(where: \.hasOtherLabel))
  }
}
