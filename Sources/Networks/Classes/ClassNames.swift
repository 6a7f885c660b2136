import Checkpoints
import PETL
import Recipes

/// The names of the classes in the metadata of a file of weights, as a JSON list.
package enum ClassNames {
  /// The metadata key.
  package static let key = "classes"

  /// The metadata entry of some names.
  package static func metadata(_ classes: [String]) -> [String: String] {
    [key: "[\(classes.map { jsonString($0, asciiOnly: false) }.joined(separator: ","))]"]
  }

  /// The names in some metadata; nil when there are none.
  package static func read(_ metadata: [String: String]) -> [String]? {
    guard let text = metadata[key],
      let list = try? JSONValue(parsing: Array(text.utf8), name: key).elements
    else { return nil }
    let names = list.compactMap(\.text)
    return names.count == list.count ? names : nil
  }

  /// The names in some metadata; nil when there are none, or not of so many classes.
  package static func read(_ metadata: [String: String], count: Int) -> [String]? {
    read(metadata).flatMap { $0.count == count ? $0 : nil }
  }
}

extension DataRecipe {
  /// Whether the classes have names, even if these are 0, 1, 2 …: those of folders are names.
  package var namesClasses: Bool { source == .folder || source == .embedded }
}
