import Optimization
import PETL
import Recipes

/// The JSON Schema of recipes, by which editors complete and check them, from the descriptors that the reader itself
/// uses.
///
/// What it refuses petl refuses, too; the other way round petl sees more, such as two options that exclude each other.
struct RecipeSchema {
  private let registry: PluginRegistry
  private let keys: [OptionDescriptor]

  /// The schema of the plugins of a registry.
  init(_ registry: PluginRegistry) {
    self.registry = registry
    keys = Recipe.descriptors(registry)
  }

  /// The schema of a recipe.
  var root: SchemaNode {
    let root = section("")
    root.schema = "http://json-schema.org/draft-07/schema#"
    root.title = "A recipe of PETLKit"
    root.description = "made by: petl describe recipe --schema"
    root.properties?["adapter"] = plugins(
      section("adapter"), registry.adapters.map { ($0.descriptor, $0.options) }
    ) {
      $0.properties?["OPTION_pattern"] = nil
      $0.patternProperties = ["^[a-z_]+_pattern$": SchemaNode("object")]
    }
    root.properties?["regularizers"] = list(
      plugins(section("regularizers[]"), registry.regularizers.map { ($0.descriptor, $0.options) }))
    root.properties?["rules"] = list(
      plugins(section("rules[]"), registry.rules.map { ($0.descriptor, $0.options) }))
    root.properties?["loss"] = plugins(
      section("loss"), registry.losses.map { ($0.descriptor, $0.options) })
    root.properties?["stages"] = list(section("stages[]"))
    let optimizer = section("optimizer")
    for plugin in registry.optimizers {
      for option in plugin.options { optimizer.properties?[option.name] = SchemaNode(option) }
    }
    optimizer.properties?["type"] = names(registry.allOptimizers.map(\.descriptor))
    root.properties?["optimizer"] = optimizer
    root.properties?["sweep"] = sweep
    return root
  }

  private var sweep: SchemaNode {
    SchemaNode("object") {
      $0.description = "what varies: every combination is a run (petl sweep)"
      $0.additionalProperties = false
      $0.properties = [
        "grid": SchemaNode("object"), "paired": SchemaNode("array"), "data": SchemaNode("array"),
        "random": SchemaNode("object"),
        "seeds": SchemaNode("array") { $0.items = SchemaNode("integer") },
      ]
    }
  }

  /// A section with the options that are its own; the top of the recipe where its name is empty.
  private func section(_ name: String) -> SchemaNode {
    let own = keys.filter {
      $0.name.split(separator: ".").dropLast().joined(separator: ".") == name
    }
    let about = keys.first { $0.name == name || "\($0.name)[]" == name }
    return SchemaNode {
      $0.type = name.isEmpty ? ["object"] : ["object", "null"]
      $0.description = about?.help
      $0.additionalProperties = false
      $0.properties = Dictionary(
        own.map { option in
          let isSection = option.kind == "section"
          let key = String(option.name.dropFirst(name.isEmpty ? 0 : name.count + 1))
          return (key, isSection ? section(option.name) : SchemaNode(option))
        }, uniquingKeysWith: { first, _ in first })
      let required = own.filter { $0.defaultValue == "required" }
        .map { String($0.name.dropFirst(name.isEmpty ? 0 : name.count + 1)) }
      // The weights may be given by --set, as in recipes that others build upon.
      if name.hasSuffix("[]") || name == "adapter" {
        $0.required = required.isEmpty ? nil : required
      }
    }
  }

  /// A section whose type is a plugin with options of its own.
  ///
  /// A plugin that is not known here, as of a file that the recipe names, may have any options.
  private func plugins(
    _ common: SchemaNode, _ plugins: [(descriptor: PluginDescriptor, options: [OptionDescriptor])],
    _ change: (SchemaNode) -> Void = { _ in }
  ) -> SchemaNode {
    let shared = common.properties ?? [:]
    common.properties?["type"] = names(plugins.map(\.descriptor))
    common.additionalProperties = nil
    common.allOf = plugins.map { plugin in
      SchemaNode {
        $0.condition = SchemaNode {
          $0.properties = ["type": SchemaNode { $0.constant = plugin.descriptor.name }]
          $0.required = ["type"]
        }
        $0.consequence = SchemaNode {
          $0.properties = shared.mapValues { _ in SchemaNode() }
            .merging(plugin.options.map { ($0.name, SchemaNode($0)) }) { _, own in own }
          $0.additionalProperties = false
          change($0)
        }
      }
    }
    return common
  }

  /// Names of plugins, and any other.
  private func names(_ plugins: [PluginDescriptor]) -> SchemaNode {
    SchemaNode {
      $0.description = plugins.map { "\($0.name): \($0.summary)" }.joined(separator: "\n")
      $0.anyOf = [SchemaNode(oneOf: plugins.map(\.name)), SchemaNode("string")]
    }
  }

  private func list(_ element: SchemaNode) -> SchemaNode {
    SchemaNode {
      $0.type = ["array", "null"]
      $0.description = element.description
      $0.items = element
    }
  }
}
