import ArgumentParser
import Backbones
import Datasets
import Optimization
import PETL
import Recipes

/// `petl list`.
struct ListCommand: PluginCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract:
      "List adapters, regularizers, rules, losses, optimizers, backbones, their namings and embedded data sets.",
    discussion: """
      Example:
        petl list --json
      """)

  static var productThreads: Int { 0 }

  @Flag(help: "Print one JSON object.")
  var json = false

  struct Item: Encodable {
    let name: String
    let summary: String
    let source: String
    var decomposes: Bool?
  }

  private struct Listing: Encodable {
    let adapters: [Item]
    let regularizers: [Item]
    let optimizers: [Item]
    let rules: [Item]
    let losses: [Item]
    let backbones: [Item]
    let namings: [Item]
    let datasets: [String]
  }

  @OptionGroup(title: "Plugin files") var plugins: PluginArguments

  func run(with registry: PluginRegistry) throws {
    let listing = Listing(
      adapters: registry.adapters.map {
        Item(
          name: $0.descriptor.name, summary: $0.descriptor.summary, source: $0.descriptor.source,
          decomposes: $0.isDecomposable)
      },
      regularizers: registry.regularizers.map { Item($0.descriptor) },
      optimizers: registry.allOptimizers.map { Item($0.descriptor) },
      rules: registry.rules.map { Item($0.descriptor) },
      losses: registry.losses.map { Item($0.descriptor) },
      backbones: [
        Item(
          name: "vit", summary: "Vision Transformer, with registers, layer scale, CLIP's norm",
          source: "Dosovitskiy et al., arXiv 2010.11929"),
        Item(
          name: "swin", summary: "Swin Transformer", source: "Liu et al., arXiv 2103.14030"),
      ],
      namings: (WeightNaming.all + WeightNaming.swins).map {
        Item(name: $0.id, summary: $0.summary, source: "")
      }, datasets: Dataset.embeddedNames)
    if json { return try Terminal.printJSON(listing) }
    section("Adapters (✓ decomposes into subspaces, so regularizers apply)", listing.adapters)
    section("Regularizers", listing.regularizers)
    section("Optimizers", listing.optimizers)
    if !listing.rules.isEmpty { section("Training rules", listing.rules) }
    if !listing.losses.isEmpty { section("Losses", listing.losses) }
    section("Backbones", listing.backbones)
    section("Names of weights that are read and written", listing.namings)
    Terminal.say("Embedded data sets\n  \(listing.datasets.joined(separator: ", "))")
    Terminal.say("\nVTAB-1K tasks, by data: {type: vtab, path: FOLDER, name: TASK}")
    for group in VTAB.Group.allCases {
      let tasks = VTAB.tasks.filter { $0.group == group }.map(\.name)
      Terminal.say("  \(group.rawValue): \(tasks.joined(separator: ", "))")
    }
    Terminal.say("\nOptions and defaults: petl describe NAME; of a recipe: petl describe recipe")
  }

  private func section(_ title: String, _ items: [Item]) {
    Terminal.say(title)
    let width = items.map(\.name.count).max() ?? 0
    for item in items {
      let mark = item.decomposes.map { $0 ? "✓ " : "  " } ?? ""
      let pad = String(repeating: " ", count: width - item.name.count)
      let text = [item.summary, item.source].filter { !$0.isEmpty }.joined(separator: " — ")
      Terminal.say("  \(mark)\(item.name)\(pad)  \(text)")
    }
    Terminal.say("")
  }
}

extension ListCommand.Item {
  /// A plugin as it describes itself.
  fileprivate init(_ descriptor: PluginDescriptor) {
    self.init(name: descriptor.name, summary: descriptor.summary, source: descriptor.source)
  }
}
