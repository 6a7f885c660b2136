import Checkpoints
import Foundation
import PETL

extension Recipe {
  /// A plugin file that a recipe names.
  package struct PluginMention: Sendable {
    /// Its path, from the recipe's own folder on where it is not absolute.
    package let path: String
    /// Where it is named.
    package let span: SourceSpan
  }

  /// The plugin files that the file of a recipe names, whatever else is in it.
  ///
  /// - Parameter path: of a recipe.
  /// - Returns: none where the file cannot be read; reading the recipe says why.
  package static func pluginMentions(path: String) -> [PluginMention] {
    guard let node = try? YAMLReader.read(path: path),
      case .sequence(let elements) = node.entry("plugins")?.value.value
    else { return [] }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().relativePath
    return elements.compactMap { element in
      element.stringValue.map { name in
        let isPlain = name.hasPrefix("/") || folder == "."
        return PluginMention(path: isPlain ? name : "\(folder)/\(name)", span: element.span)
      }
    }
  }

  /// The whole recipe without the plugin files, which a program is given by themselves.
  package var withoutPlugins: ConfigurationNode { resolved.without("plugins") }

  /// Says in the recipe that is stored where its plugin files are.
  ///
  /// - Parameter paths: relative to the folder that the recipe is stored in; none to say nothing.
  package mutating func record(plugins paths: [String]) {
    plugins = paths
    resolved = resolved.without("plugins")
    guard !paths.isEmpty, case .mapping(let entries) = resolved.value else { return }
    let list = ConfigurationNode(elements: paths.map { ConfigurationNode(text: $0) })
    let place = entries.firstIndex { $0.key == "data" }.map { $0 + 1 } ?? entries.endIndex
    let entry = ConfigurationNode.Entry(writing: "plugins", list)
    resolved = ConfigurationNode(
      .mapping(entries[..<place] + [entry] + entries[place...]), span: resolved.span)
  }
}
