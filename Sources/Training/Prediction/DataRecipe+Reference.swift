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
            "expected a .safetensors set, or an embedded one: "
              + Dataset.embeddedNames.joined(separator: ", ")
          ])
    }
    guard !isFolder.boolValue else {
      throw DiagnosticError("\(reference): this is a folder, a .safetensors set is expected")
    }
    self = .safetensors(reference)
  }

  /// The images themselves.
  ///
  /// - Throws: `DiagnosticError` when they cannot be read.
  public func opened() throws -> Dataset { try Ingredients.dataset(self) }
}
