import Checkpoints
import Datasets
import PETL

/// The words by which a user names weights: `embedded:NAME`, or the path of a file or a folder.
package struct WeightReference {
  /// The words.
  package let text: String

  /// Takes the words as they are; nothing is opened.
  package init(_ text: String) { self.text = text }

  /// The name after `embedded:`; nil for a path.
  package var embeddedName: String? {
    let prefix = "embedded:"
    return text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : nil
  }

  /// Opens the tensors, and finds the description beside them.
  ///
  /// - Returns: the tensors, and the path of the description where there is one.
  /// - Throws: `DiagnosticError` when there are no such weights.
  package func open() throws -> (store: any WeightStore, description: String?) {
    if let embeddedName { return (try Self.embedded(embeddedName), nil) }
    let file = try WeightFile(path: text)
    return (file.store, file.description)
  }

  /// The folder whose other files are about the weights; nil for embedded ones.
  ///
  /// - Throws: `DiagnosticError` when there are no such weights.
  package func folder() throws -> String? {
    embeddedName == nil ? try WeightFile(path: text).folder : nil
  }

  /// The sentences that a description lies beside the weights and is not read.
  ///
  /// - Throws: `DiagnosticError` when there are no such weights.
  func passedOver() throws -> [Note] {
    guard embeddedName == nil, let file = try WeightFile(path: text).passedOver else { return [] }
    return [
      Note(
        "\(file) is not read, for it may be of other weights: name the weights model.safetensors, or "
          + "give their folder if there are no others")
    ]
  }

  private static func embedded(_ name: String) throws -> SafetensorsFile {
    let known = EmbeddedData.names.filter { $0.hasPrefix("vit") }
    guard known.contains(name), let bytes = EmbeddedData.bytes(named: name) else {
      let nearest = nearestName(to: name, among: known).map { ["did you mean 'embedded:\($0)'?"] }
      throw DiagnosticError(
        "there are no embedded weights '\(name)'",
        hints: nearest ?? ["known: \(known.map { "embedded:" + $0 }.joined(separator: ", "))"])
    }
    return try SafetensorsFile(bytes: bytes, name: "embedded:\(name)")
  }
}
