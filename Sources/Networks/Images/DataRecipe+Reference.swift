import Checkpoints
import Datasets
import Foundation
import PETL
import Recipes

extension DataRecipe {
  /// The images that one word of a command line means.
  ///
  /// | the word | what |
  /// |---|---|
  /// | `embedded:NAME`, or `NAME` where there is no such file | a data set inside the program |
  /// | `FILE.csv` | a CSV file of paths and classes |
  /// | another file | a safetensors set |
  /// | a folder with `train`, `val` or `test` in it | folders of classes |
  /// | a folder with VTAB-1K's lists in it and the name of a task | that task |
  /// | another folder | folders of classes, of which a fifth each is for validation and test |
  ///
  /// - Parameter reference: the word.
  /// - Throws: `DiagnosticError` when it means nothing; it names the nearest embedded set.
  public init(reference: String) throws {
    if let name = WeightReference(reference).embeddedName {
      self = .embedded(name)
      return
    }
    let isThere = FileManager.default.fileExists(atPath: reference)
    if !isThere, Dataset.embeddedNames.contains(reference) {
      self = .embedded(reference)
      return
    }
    guard isThere else {
      let nearest = nearestName(to: reference, among: Dataset.embeddedNames)
      throw DiagnosticError(
        "there are no images at '\(reference)'",
        hints: (nearest.map { ["did you mean '\($0)'?"] } ?? [])
          + [
            "expected a folder of classes, a .safetensors set, a .csv file, or an embedded set: "
              + Dataset.embeddedNames.joined(separator: ", ")
          ])
    }
    switch ImageLayout(reference) {
    case .csv: self = .csv(reference)
    case .safetensors: self = .safetensors(reference)
    case .splits: self = .folder(reference)
    case .lists:
      let folder = reference as NSString
      let parent = folder.deletingLastPathComponent
      self = .vtab(parent.isEmpty ? "." : parent, task: folder.lastPathComponent)
    case .classes:
      self = .folder(reference)
      (validationFraction, testFraction) = (0.2, 0.2)
    }
  }
}

extension Dataset {
  /// The images that one word of a command line means, to be looked at and not trained on.
  ///
  /// As `DataRecipe(reference:)`, but folders of classes that are not split are one split, `test`.
  ///
  /// - Parameter reference: the word.
  /// - Throws: `DiagnosticError` when it means nothing, or the images have mistakes.
  public init(reference: String) throws {
    let recipe = try DataRecipe(reference: reference)
    let isUnsplit = recipe.source == .folder && recipe.testFraction != nil
    self = try isUnsplit ? Dataset(unsplit: reference) : Dataset(recipe)
  }
}

/// How the images at a path that exists are laid out.
private enum ImageLayout {
  case csv, safetensors, splits, lists, classes

  init(_ path: String) {
    func has(_ names: String...) -> Bool {
      names.contains { FileManager.default.fileExists(atPath: "\(path)/\($0)") }
    }
    if FileKind.seen(at: path) != .folder {
      self = path.lowercased().hasSuffix(".csv") ? .csv : .safetensors
    } else if has("train", "val", "test") {
      self = .splits
    } else {
      let isTask = VTAB.task(named: (path as NSString).lastPathComponent) != nil
      self = isTask && has("train800val200.txt", "test.txt") ? .lists : .classes
    }
  }
}
