import Optimization
import PETL
import Recipes
import Testing

/// The options of a rule that is no recipe's own: one that only it has, one with another default.
private struct DriftOptions: PluginOptions, Hashable {
  enum Sense: String, CaseIterable {
    case down
    case sideways
  }

  var weightDecay = 0.5
  var pull = 2
  var sense = Sense.down
  var limit: Double?

  mutating func visit(_ options: OptionReader) {
    options.integer("pull", &pull, in: 1...9, help: "how hard it pulls")
    options.number("weight_decay", &weightDecay, in: 0...1, help: "decay")
    options.choice("sense", &sense, help: "where to")
    options.optionalNumber("limit", &limit, in: 0...5, help: "how far")
  }
}

/// A rule that is read and made, never run.
private final class Drift: Optimizer {
  static let descriptor = PluginDescriptor(name: "drift", summary: "", source: "")

  init(options: DriftOptions, parameters: TrainedParameters, generator: RandomGenerator) {}

  func step(_ objective: any StepObjective, rate: Double) {}
  var state: OptimizerState { OptimizerState() }
  func restore(_ state: OptimizerState) {}
}

private final class Impostor: Optimizer {
  static let descriptor = PluginDescriptor(name: "sgd", summary: "", source: "")

  init(options: NoOptions, parameters: TrainedParameters, generator: RandomGenerator) {}

  func step(_ objective: any StepObjective, rate: Double) {}
  var state: OptimizerState { OptimizerState() }
  func restore(_ state: OptimizerState) {}
}

@Suite("The section of the optimizer") struct OptimizerSectionTests {
  private func registry() throws -> PluginRegistry {
    try PluginRegistry(adapters: [], regularizers: [], optimizers: [Drift.self])
  }

  private func read(_ optimizer: String) throws -> Recipe {
    try Recipe(
      text: "backbone: {weights: w}\ndata: {name: digits}\noptimizer: \(optimizer)\n",
      name: "r.yaml", registry: registry())
  }

  private func mistakes(_ optimizer: String) -> String { failure { _ = try read(optimizer) } }

  private func section(_ recipe: Recipe) -> String {
    guard case .mapping(let entries) = recipe.resolved.value,
      let entry = entries.first(where: { $0.key == "optimizer" })
    else { return "" }
    return outline(entry.value)
  }

  private let shared =
    "beta1: 0.9, beta2: 0.999, momentum: 0.9, nesterov: false, start_scale: 0.01, "
    + "damping: 0.001, subspace_rank: 8, refresh: 1000, epsilon: 0.001"

  @Test func aRuleBringsItsOptionsWhereItIsChosen() throws {
    let drift = try read("{type: drift, pull: 3, gradient_clip: 1}")
    let expected = DriftOptions { $0.pull = 3 }
    #expect(drift.optimizer.options as? DriftOptions == expected)
    #expect(drift.optimizer.plugin.descriptor.name == "drift")
    #expect(
      section(drift)
        == "{type: drift, learning_rate: 0.001, weight_decay: 0.5, \(shared), pull: 3, sense: down, gradient_clip: 1}"
    )
    let plain = try read("{}")
    #expect(
      section(plain)
        == "{type: adamw, learning_rate: 0.001, weight_decay: 0.0001, \(shared)}")
    let again = try Recipe(
      text: yamlText(of: drift.resolved), name: "again", registry: registry())
    #expect(again.optimizer.options as? DriftOptions == expected)
    #expect(section(again) == section(drift))
  }

  @Test(arguments: [
    ("{pull: 3}", "unknown key 'pull' in 'optimizer'"),
    ("{type: drift, pull: 30}", "'optimizer.pull' must be from 1 to 9, found the integer 30"),
    ("{type: drift, weight_decay: 2}", "'optimizer.weight_decay' must be from 0 to 1"),
    ("{type: drift, momentum: 0.5}", "'momentum' means nothing with type: drift"),
    ("{type: drift, momentum: 2}", "'optimizer.momentum' must be from 0 to 0.999999"),
    ("{type: drift, momentum: ~}", "'optimizer.momentum' has no value"),
    ("{type: drfit}", "did you mean 'drift'?"),
    (
      "{type: drfit}",
      "'optimizer.type' must be one of adamw, sgd, riemannion, odelora, subzero, drift, found the string 'drfit'"
    ),
    ("{nesterov: true, momentum: 0}", "'nesterov' means nothing with type: adamw"),
    ("{type: subzero, beta1: 0.5}", "it belongs to type: adamw or riemannion or odelora"),
    ("{type: odelora, momentum: 0.5}", "it belongs to type: sgd or riemannion"),
    ("{type: riemannion, refresh: 5}", "it belongs to type: subzero"),
    ("{type: subzero, gradient_clip: 1}", "there is no gradient to clip"),
  ])
  func aMistakeIsSaid(_ optimizer: String, _ words: String) {
    let found = mistakes(optimizer)
    #expect(found.contains(words), "\(found)")
  }

  /// Each mistake once: the options of other rules are read one by one.
  @Test func optionsOfOtherRulesDoNotContradict() {
    let found = mistakes("{nesterov: true, momentum: 0, beta1: 0.5}")
    #expect(found.split(separator: "\n").count { $0.contains("error: ") } == 2, "\(found)")
  }

  @Test func theDefaultsOfOtherRulesSayNothing() throws {
    let recipe = try read("{type: subzero, \(shared), weight_decay: 1e-4}")
    #expect(recipe.optimizer.options as? SubZeroOptions == SubZeroOptions())
  }

  @Test func aNameIsTakenOnce() throws {
    let registry = try PluginRegistry(adapters: [], regularizers: [], optimizers: [Impostor.self])
    let found = failure {
      _ = try Recipe(
        text: "backbone: {weights: w}\ndata: {name: digits}\n", name: "r", registry: registry)
    }
    #expect(found.hasPrefix("error: two optimizers are named 'sgd'"), "\(found)")
    let twice = failure {
      _ = try PluginRegistry(
        adapters: [], regularizers: [], optimizers: [Drift.self, Drift.self])
    }
    #expect(twice.hasPrefix("error: two optimizers are named 'drift'"), "\(twice)")
  }

  /// Made in code, written, read: equal, for every option of every rule.
  private func check<Rule: Optimizer>(_ rule: Rule.Type, _ options: Rule.Options) throws
  where Rule.Options: Equatable {
    let clip = rule.traits.contains(.takesLossesOnly) ? nil : 0.25
    let made = try Recipe(
      backbone: BackboneRecipe(weights: "w"), data: .embedded("digits")
    ) {
      $0.optimizer = OptimizerRecipe(
        rule, options: options, learningRate: 0.125, gradientClip: clip)
    }
    #expect(made.optimizer.options as? Rule.Options == options)
    let again = try Recipe(
      text: yamlText(of: made.resolved), name: "again", registry: registry())
    #expect(again.optimizer.options as? Rule.Options == options)
    #expect(again.optimizer.plugin.descriptor == rule.descriptor)
    #expect(again.optimizer.learningRate == 0.125)
    #expect(again.optimizer.gradientClip == clip)
    #expect(section(again) == section(made))
  }

  @Test func whatIsMadeInCodeIsReadBack() throws {
    let adamW = AdamWOptions { ($0.weightDecay, $0.beta1, $0.beta2) = (0.25, 0.5, 0.75) }
    try check(AdamW.self, adamW)
    try check(
      SGD.self, SGDOptions { ($0.weightDecay, $0.momentum, $0.nesterov) = (0.25, 0.5, true) })
    try check(
      Riemannion.self,
      RiemannionOptions { ($0.momentum, $0.startScale, $0.others) = (0.5, 0.25, adamW) })
    try check(
      ODELoRA.self,
      ODELoRAOptions { ($0.startScale, $0.damping, $0.others) = (0.25, 0.5, adamW) })
    try check(
      SubZero.self,
      SubZeroOptions {
        ($0.weightDecay, $0.subspaceRank, $0.refresh, $0.epsilon) = (0.25, 3, 7, 0.125)
      })
    try check(
      Drift.self,
      DriftOptions {
        ($0.weightDecay, $0.pull, $0.sense, $0.limit) = (0.25, 7, .sideways, 1e-9)
      })
  }

  @Test func optionsOfAnotherRuleMakeNone() throws {
    let plugin = OptimizerPlugin(AdamW.self)
    let found = failure {
      _ = try plugin.make(
        options: SGDOptions(), parameters: TrainedParameters([]),
        generator: RandomGenerator(seed: 0))
    }
    #expect(found.contains("optimizer 'adamw' takes AdamWOptions, not SGDOptions"), "\(found)")
  }
}
