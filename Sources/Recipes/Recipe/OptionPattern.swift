import Checkpoints
import PETL

/// Other values of an option at single sites: `rank_pattern: {mlp.fc2: 4}`.
///
/// A key is a regular expression in Python's dialect for the end of a site's name, as in PEFT's `rank_pattern`;
/// the first that matches wins.
package struct OptionPattern: Sendable {
  /// A value with the sites that have it.
  struct Choice: Sendable {
    let pattern: NamePattern
    let value: ConfigurationNode
  }

  /// The end of the names of such keys.
  static let ending = "_pattern"

  /// The option.
  let option: String
  /// The values in the order of the recipe.
  let choices: [Choice]
  /// Where they stand.
  let span: SourceSpan?

  /// The key in a recipe.
  package var key: String { option + Self.ending }

  /// The place among `choices` of what a site has; nil where it has the option's own value.
  ///
  /// - Throws: `DiagnosticError` that names an expression that takes too long.
  func place(of site: AdaptationSite) throws -> Int? {
    let name = site.placed(in: nil).name
    return try choices.firstIndex { try $0.pattern.matches(name) }
  }

  /// Declares and reads those of a plugin's options.
  ///
  /// - Parameters:
  ///   - reader: Of the adapter's section.
  ///   - plugin: The adapter.
  /// - Returns: Those that are given and can be read.
  static func read(_ reader: OptionReader, of plugin: AdapterPlugin) -> [OptionPattern] {
    let names = Set(plugin.options.map(\.name))
    return reader.givenKeys.compactMap { key in
      guard key.hasSuffix(ending), !names.contains(key) else { return nil }
      let option = String(key.dropLast(ending.count))
      return names.contains(option) ? read(reader, option: option) : nil
    }
  }

  private static func read(_ reader: OptionReader, option: String) -> OptionPattern? {
    let key = option + ending
    var node: ConfigurationNode?
    reader.node(key, &node, kind: "mapping", help: "the values of '\(option)' at single sites")
    guard case .mapping(let entries)? = node?.value, !entries.isEmpty else {
      reader.report(
        "'adapter.\(key)' must be a mapping of expressions to values of '\(option)'", at: key,
        hints: ["write \(key): {mlp.fc2: VALUE}"])
      return nil
    }
    do {
      let choices = try entries.map { entry in
        Choice(pattern: try NamePattern(entry.key, ofEnds: true), value: entry.value)
      }
      return OptionPattern(option: option, choices: choices, span: reader.span(of: key))
    } catch let error as DiagnosticError {
      for diagnostic in error.diagnostics {
        reader.report("'adapter.\(key)': \(diagnostic.message)", at: key, hints: diagnostic.hints)
      }
    } catch {
      reader.report("\(error)", at: key)
    }
    return nil
  }
}
