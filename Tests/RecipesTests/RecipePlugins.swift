import PETL
import Recipes

/// Adapters and regularizers that are only read, never run.
let plugins: PluginRegistry = {
  do {
    return try PluginRegistry(
      adapters: [StubLoRA.self, StubBlock.self], regularizers: [StubReSoRA.self, StubOverlap.self])
  } catch {
    preconditionFailure("\(error)")
  }
}()

/// A recipe of `text` with the plugins of these tests.
func recipe(_ text: String, _ overrides: [String] = []) throws -> Recipe {
  try Recipe(text: text, name: "r.yaml", overrides: overrides, registry: plugins)
}

/// What is printed when `text` is no recipe.
func mistakes(_ text: String, _ overrides: [String] = []) -> String {
  failure { _ = try recipe(text, overrides) }
}

struct StubLoRAOptions: PluginOptions {
  var rank = 8
  var scale = 1.0

  mutating func visit(_ options: OptionReader) {
    options.integer("rank", &rank, in: 1...64, help: "the number of rank-one maps")
    options.number("scale", &scale, help: "the factor")
  }
}

final class StubLoRA: SubspaceDecomposable {
  static let descriptor = PluginDescriptor(name: "lora", summary: "", source: "")
  let parameters: [Parameter] = []

  init(site: AdaptationSite, options: StubLoRAOptions, generator: RandomGenerator) {}

  func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    Subspaces(coefficients: x, basis: x, images: 1)
  }
}

final class StubBlock: Adapter {
  static let descriptor = PluginDescriptor(name: "block", summary: "", source: "")
  static let supportedSites: Set<AdaptationSite.Kind> = [.mlp, .attention]
  let parameters: [Parameter] = []

  init(site: AdaptationSite, options: NoOptions, generator: RandomGenerator) {}

  func delta(of x: Tensor, in pass: ForwardPass) -> Tensor { x }
}

struct StubReSoRAOptions: PluginOptions {
  enum Measure: String, CaseIterable {
    case linear
    case cosine
  }

  var measure = Measure.linear
  var space = "features"

  mutating func visit(_ options: OptionReader) {
    options.choice("measure", &measure, help: "of what")
    options.string("space", &space, help: "where")
  }
}

struct StubReSoRA: RedundancyRegularizer {
  static let descriptor = PluginDescriptor(name: "resora", summary: "", source: "")

  init(options: StubReSoRAOptions) {}

  func penalty(on subspaces: Subspaces) -> Tensor { Tensor(0) }
}

struct StubOverlap: RedundancyRegularizer {
  static let descriptor = PluginDescriptor(name: "overlap", summary: "", source: "")

  init(options: NoOptions) {}

  func penalty(on subspaces: Subspaces) -> Tensor { Tensor(0) }
}
