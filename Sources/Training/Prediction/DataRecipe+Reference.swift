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
  /// | `FILE.safetensors` | a safetensors set |
  /// | `FILE.csv` | a file of paths and classes |
  /// | a folder with the lists of a VTAB-1K task and its name | that task |
  /// | another folder | folders of classes |
  ///
  /// - Parameter reference: the word.
  /// - Throws: `DiagnosticError` when it means nothing; it names the nearest embedded set.
  public init(reference: String) throws {
    if let name = Ingredients.embeddedName(reference) {
      self = .embedded(name)
      return
    }
    var isFolder: ObjCBool = false
    let exists = unsafe FileManager.default.fileExists(
      atPath: reference, isDirectory: &isFolder)
    if !exists, Dataset.embeddedNames.contains(reference) {
      self = .embedded(reference)
      return
    }
    guard exists else {
      let nearest = nearestName(to: reference, among: Dataset.embeddedNames)
      throw DiagnosticError(
        "there are no images at '\(reference)'",
        hints: (nearest.map { ["did you mean '\($0)'?"] } ?? [])
          + [
            "expected a .safetensors set, a .csv file, a folder of images, or an embedded set: "
              + Dataset.embeddedNames.joined(separator: ", ")
          ])
    }
    if isFolder.boolValue {
      self = Self.folder(orTask: reference)
    } else {
      self = reference.lowercased().hasSuffix(".csv") ? .csv(reference) : .safetensors(reference)
    }
  }

  /// A task of VTAB-1K, or folders of classes.
  private static func folder(orTask path: String) -> DataRecipe {
    let url = URL(fileURLWithPath: path).standardizedFileURL
    let name = url.lastPathComponent
    let hasLists = FileManager.default.fileExists(atPath: url.appending(path: "test.txt").path())
    guard hasLists, VTAB.task(named: name) != nil else { return .folder(path) }
    return .vtab(url.deletingLastPathComponent().path(), task: name)
  }

  /// The images themselves.
  ///
  /// - Throws: `DiagnosticError` when they cannot be read.
  public func opened() throws -> Dataset { try Dataset(self) }
}
