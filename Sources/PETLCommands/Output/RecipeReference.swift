import PETL
import Recipes

/// The page docs/recipe.md: every key of a recipe, and every option of every plugin, from the
/// descriptors that the reader itself uses.
struct RecipeReference {
  private let registry: PluginRegistry

  /// The page of the plugins of a registry.
  init(_ registry: PluginRegistry) { self.registry = registry }

  /// The page.
  var markdown: String {
    let keys = Recipe.descriptors(registry)
    let sections = keys.filter { $0.kind == "section" || $0.kind == "list of sections" }
    let names = Set(sections.map(\.name))
    var text = """
      # The recipe

      Every key of a recipe, its default and what it does. `petl describe recipe --markdown` makes this page from the program's
      own descriptors, and a test keeps it so. `petl validate RECIPE` checks a file in milliseconds, `petl run` leaves the recipe
      with all its defaults in its folder, and `--set a.b=value` changes a key from the command line. A section `sweep` (`grid`,
      `paired`, `random`, `data`, `seeds`) makes several runs of a recipe ([sweeps](sweeps.md)).

      Relative paths are those of the folder where petl is started; where nothing is there, of the recipe's own folder, or, for
      `data/…`, of the folder that the variable `PETL_DATA` names.


      """
    text += "## Top level\n\n"
    text += table(keys.filter { !$0.name.contains(".") && !names.contains($0.name) })
    for section in sections {
      let own = keys.filter {
        let owner = $0.name.split(separator: ".").dropLast().joined(separator: ".")
        return owner == section.name || owner == section.name + "[]"
      }
      text += "\n## `\(section.name)`\n\n\(sentence(section.help))\n\n"
      text += table(own.map { $0.renamed($0.name.split(separator: ".").last.map(String.init)) })
    }
    text += "\n# Adapters: `adapter.type`\n"
    for plugin in registry.adapters {
      text += heading(plugin.descriptor) + table(plugin.options)
    }
    text += "\n# Regularizers: `regularizers[].type`\n"
    for plugin in registry.regularizers {
      text += heading(plugin.descriptor) + table(plugin.options)
    }
    // The options of the others are in the section itself.
    if !registry.optimizers.isEmpty { text += "\n# Optimizers: `optimizer.type`\n" }
    for plugin in registry.optimizers {
      text += heading(plugin.descriptor) + table(plugin.options)
    }
    if !registry.rules.isEmpty { text += "\n# Training rules: `rules[].type`\n" }
    for plugin in registry.rules { text += heading(plugin.descriptor) + table(plugin.options) }
    if !registry.losses.isEmpty { text += "\n# Losses: `loss.type`\n" }
    for plugin in registry.losses { text += heading(plugin.descriptor) + table(plugin.options) }
    return text
  }

  private func heading(_ descriptor: PluginDescriptor) -> String {
    let source = descriptor.source.isEmpty ? "" : " Source: \(descriptor.source)."
    return "\n## \(descriptor.name)\n\n\(sentence(descriptor.summary))\(source)\n\n"
  }

  private func sentence(_ text: String) -> String {
    guard let first = text.first else { return "" }
    return first.uppercased() + text.dropFirst() + (text.hasSuffix(".") ? "" : ".")
  }

  private func table(_ options: [OptionDescriptor]) -> String {
    if options.isEmpty { return "No options of its own.\n" }
    let rows = options.map { option in
      let range = option.range.map { ", \($0)" } ?? ""
      let cells = [
        "`\(option.name)`", option.kind + range, "`\(option.defaultValue)`", option.help,
      ]
      return "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |\n"
    }
    return "| key | kind | default | |\n|---|---|---|---|\n" + rows.joined()
  }
}

extension OptionDescriptor {
  /// The same under another name.
  fileprivate func renamed(_ name: String?) -> OptionDescriptor {
    OptionDescriptor(
      name: name ?? self.name, kind: kind, defaultValue: defaultValue, help: help,
      choices: choices, range: range)
  }
}
