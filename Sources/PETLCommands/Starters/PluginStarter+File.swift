import Checkpoints
import Foundation
import PETL

extension PluginStarter {
  /// Writes the plugin as one file, and a recipe that names it.
  ///
  /// - Parameter output: the file; one of the type's name in this folder when nil.
  /// - Returns: the paths of both.
  /// - Throws: `DiagnosticError` when one of them is there already, or cannot be written.
  func writeFile(to output: String?) throws -> (source: String, recipe: String) {
    let path = output ?? "\(type).swift"
    guard path.hasSuffix(".swift") else {
      throw DiagnosticError("\(path): the name of a plugin file ends in .swift")
    }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().relativePath
    let recipe = folder == "." || !path.contains("/") ? "\(name).yaml" : "\(folder)/\(name).yaml"
    for file in [path, recipe] { try checkFree(file) }
    try writeAtomically(Array(source.utf8), to: path)
    let comment = "The plugin of \(type).swift: petl run \(recipe) --plugin \(path)"
    try writeAtomically(Array(recipeText(comment).utf8), to: recipe)
    return (path, recipe)
  }
}
