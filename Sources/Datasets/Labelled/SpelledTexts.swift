import Checkpoints
import Foundation
import PETL

/// Reads texts whose labels are still as files spell them.
enum SpelledTexts {
  /// Reads what a path names.
  ///
  /// - Parameters:
  ///   - path: of a file or folder.
  ///   - layout: where texts and labels are.
  ///   - choice: what is cut off.
  /// - Returns: the texts in splits.
  /// - Throws: `DiagnosticError` with every mistake of the files.
  static func read(
    _ path: String, _ layout: TextLayout, _ choice: LabelledTexts.Choice
  ) throws -> TextSplits<SpelledText> {
    if case .glue(let task) = layout, isFolder(path) { return try glue(path, task, choice) }
    if let task = layout.task(of: path) {
      return try glue(path, files: ["train": path], task, choice)
    }
    if try hasClassFolders(path) { return try folders(path, layout.kind, choice) }
    return try TextSplits(
      path, endings: LabelledTextFile.endings, fractions: (choice.val, choice.test),
      read: { try LabelledTextFile.read($0, layout.columns) }, cut: cut(choice))
  }

  /// The classes that a layout says by itself; nil where the training texts do.
  static func classes(of layout: TextLayout) -> TextClasses? {
    guard case .glue(let task) = layout else { return nil }
    return TextClasses(task.classes.map(\.name))
  }

  private static func glue(
    _ path: String, _ task: GLUETask, _ choice: LabelledTexts.Choice
  ) throws -> TextSplits<SpelledText> {
    let notes: [Note] = task.files.unread.filter { FileFacts("\(path)/\($0)") != nil }.map {
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
    return try glue(path, files: files, task, choice, notes)
  }

  private static func glue(
    _ path: String, files: [String: String], _ task: GLUETask, _ choice: LabelledTexts.Choice,
    _ more: [Note] = []
  ) throws -> TextSplits<SpelledText> {
    var notes = more
    let found = try TextSplits(
      path, files: files, fractions: (choice.val, choice.test),
      read: {
        let file = try GLUEFile($0, of: task)
        notes += file.notes
        return file.texts
      }, cut: cut(choice))
    return found.adding(notes)
  }

  private static func folders(
    _ path: String, _ kind: TextLabel.Kind, _ choice: LabelledTexts.Choice
  ) throws -> TextSplits<SpelledText> {
    let folders = try SplitFolders(path, folderNames(path))
    let paths = folders.paths.isEmpty ? ["train": path] : folders.paths
    var notes = folders.notes
    if !folders.paths.isEmpty {
      let strays = try entryNames(path).filter { !FileFacts.isFolder("\(path)/\($0)") }
      notes += StrayEntries.notes(strays, in: path, "in no split", endings: ["txt"])
    }
    let found = try TextSplits(
      path, files: paths, fractions: (choice.val, choice.test),
      read: {
        let found = try TextFolders($0, kind)
        notes += found.notes
        return found.texts
      }, cut: cut(choice))
    return found.adding(notes)
  }

  /// Parts of each class; of numbers, and of several classes, of all texts.
  private static func cut(
    _ choice: LabelledTexts.Choice
  ) -> ([SpelledText], [Double]) throws -> [[SpelledText]] {
    { texts, fractions in
      let names = texts.flatMap(\.names)
      let classes = TextClasses(
        of: texts.filter { if case .name = $0.label { true } else { false } })
      let labels = texts.map { text in
        if case .name(let name) = text.label { classes.number(of: name) ?? 0 } else { 0 }
      }
      let parts = SeededChoice(labels: labels, seed: choice.seed).parts(fractions)
      if zip(fractions, parts).contains(where: { $0.0 > 0 && $0.1.isEmpty }),
        let numbers = LabelNumbers(names)
      {
        throw numbers.refusal
      }
      return parts.map { $0.map { texts[$0] } }
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
