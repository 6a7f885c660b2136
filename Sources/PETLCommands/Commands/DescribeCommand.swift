import ArgumentParser
import Backbones
import Optimization
import PETL
import Recipes

/// `petl describe`.
struct DescribeCommand: PluginCommand {
  static let configuration = CommandConfiguration(
    commandName: "describe",
    abstract:
      "Show the options and defaults of an adapter, regularizer, rule, loss or optimizer, or of recipes.",
    discussion: """
      Examples:
        petl describe lora
        petl describe recipe --json
        petl describe recipe --schema > recipe.schema.json
      """)

  static var productThreads: Int { 0 }

  @Argument(
    help: "The name of a plugin (petl list), or 'recipe'.", completion: Completions.plugins)
  var name: String

  @Flag(help: "Print one JSON object.")
  var json = false

  @Flag(help: "With 'recipe': print the page docs/recipe.md, all plugins included.")
  var markdown = false

  @Flag(
    help: "With 'recipe': print a JSON Schema, by which editors of YAML complete and check recipes."
  )
  var schema = false

  private struct Description: Encodable {
    let name: String
    let kind: String
    let summary: String
    let source: String
    var sites: [String]?
    var defaultSites: [String]?
    var parametersOfViTB16: Int?
    /// What a regularizer asks for with its default options.
    var needs: [String]?
    let options: [OptionDescriptor]
  }

  @OptionGroup(title: "Plugin files") var plugins: PluginArguments

  func run(with registry: PluginRegistry) throws {
    let forms = [("--schema", schema), ("--markdown", markdown), ("--json", json)].filter(\.1)
    if forms.count > 1, schema || markdown {
      throw DiagnosticError(
        "\(forms.map(\.0).joined(separator: " and ")) are different forms of the page",
        hints: ["choose one of them; the schema is JSON by itself"])
    }
    if markdown {
      guard name == "recipe" else {
        throw DiagnosticError("--markdown is for the whole page: petl describe recipe --markdown")
      }
      return Terminal.say(RecipeReference(registry).markdown, terminator: "")
    }
    if schema {
      guard name == "recipe" else {
        throw DiagnosticError("--schema is of recipes: petl describe recipe --schema")
      }
      return try Terminal.printJSON(RecipeSchema(registry).root)
    }
    let description = try describe(registry)
    if json { return try Terminal.printJSON(description) }
    Terminal.say("\(description.name) (\(description.kind))")
    for line in [description.summary, description.source] where !line.isEmpty {
      Terminal.say("  \(line)")
    }
    if let sites = description.sites {
      Terminal.say("  sites: \(sites.isEmpty ? "none" : sites.joined(separator: ", "))")
      if let own = description.defaultSites, own != sites {
        Terminal.say("  sites by default: \(own.joined(separator: ", "))")
      }
    }
    if let count = description.parametersOfViTB16 {
      Terminal.say("  parameters on ViT-B/16 with these defaults: \(count)")
    }
    if let needs = description.needs, !needs.isEmpty {
      Terminal.say("  needs: \(needs.joined(separator: ", "))")
    }
    Terminal.say("\nOptions")
    for option in description.options {
      let range = option.range.map { ", \($0)" } ?? ""
      Terminal.say("  \(option.name)  (\(option.kind)\(range); default \(option.defaultValue))")
      Terminal.say("      \(option.help)")
    }
  }

  private func describe(_ registry: PluginRegistry) throws -> Description {
    if name == "recipe" {
      return Description(
        name: "recipe", kind: "the keys of a recipe", summary: "", source: "",
        options: Recipe.descriptors(registry))
    }
    if let adapter = registry.adapters.first(where: { $0.descriptor.name == name }) {
      return Description(
        name: name, kind: "adapter", summary: adapter.descriptor.summary,
        source: adapter.descriptor.source, sites: adapter.supportedSites.map(\.rawValue).sorted(),
        defaultSites: defaultSites(adapter), parametersOfViTB16: try parameterCount(adapter),
        options: adapter.options)
    }
    if let regularizer = registry.regularizers.first(where: { $0.descriptor.name == name }) {
      return Description(
        name: name, kind: "regularizer", summary: regularizer.descriptor.summary,
        source: regularizer.descriptor.source, needs: regularizer.needs?.names,
        options: regularizer.options)
    }
    if let optimizer = registry.allOptimizers.first(where: { $0.descriptor.name == name }) {
      return Description(
        name: name, kind: "optimizer", summary: optimizer.descriptor.summary,
        source: optimizer.descriptor.source, options: optimizer.options)
    }
    if let rule = registry.rules.first(where: { $0.descriptor.name == name }) {
      return Description(
        name: name, kind: "training rule", summary: rule.descriptor.summary,
        source: rule.descriptor.source, options: rule.options)
    }
    if let loss = registry.losses.first(where: { $0.descriptor.name == name }) {
      return Description(
        name: name, kind: "loss", summary: loss.descriptor.summary,
        source: loss.descriptor.source, options: loss.options)
    }
    let known =
      registry.adapters.map(\.descriptor.name) + registry.regularizers.map(\.descriptor.name)
      + registry.allOptimizers.map(\.descriptor.name) + registry.rules.map(\.descriptor.name)
      + registry.losses.map(\.descriptor.name) + ["recipe"]
    let nearest = nearestName(to: name, among: known).map { ["did you mean '\($0)'?"] } ?? []
    throw DiagnosticError(
      "there is no plugin '\(name)'", hints: nearest + ["known: \(known.joined(separator: ", "))"])
  }

  private func defaultSites(_ adapter: AdapterPlugin) -> [String]? {
    guard case .adapters(let attachment) = adapter.read(OptionReader(describing: "adapter")) else {
      return nil
    }
    return attachment.defaultSites.map(\.rawValue).sorted()
  }

  /// With default options at the sites that it has by default.
  private func parameterCount(_ adapter: AdapterPlugin) throws -> Int {
    switch adapter.read(OptionReader(describing: "adapter")) {
    case .adapters(let attachment):
      let sites = ViTConfiguration.base16.sites.filter {
        attachment.defaultSites.contains($0.kind)
      }
      let set = AdapterSet(try attachment.attach(sites, RandomGenerator(seed: 0)))
      return set.parameters.reduce(0) { $0 + $1.parameter.value.count }
    case .weights(let make):
      return ViTConfiguration.base16.weights.filter(try make()).reduce(0) {
        $0 + $1.shape.reduce(1, *)
      }
    }
  }
}
