import PETL
import Recipes

/// What in a recipe contradicts its training rules.
struct RuleObjections {
  let rules: [ActiveRule]
  let setting: RuleSetting

  /// A sentence for each contradiction, with the label of the rule.
  var all: [(label: String, message: String, hints: [String])] {
    rules.flatMap { active in
      reasons(active).map { reason, hints in
        (active.label, "rule '\(active.label)' cannot be applied: \(reason)", hints)
      }
    } + doubles
  }

  private func reasons(_ active: ActiveRule) -> [(String, [String])] {
    let (rule, traits) = (active.rule, active.rule.traits)
    var found: [(String, [String])] = []
    if traits.contains(.needsGradients), setting.optimizerTraits.contains(.takesLossesOnly) {
      found.append(
        (
          "it needs gradients, and optimizer '\(setting.optimizer)' takes losses only",
          ["choose another optimizer, or remove the rule"]
        ))
    }
    if traits.contains(.needsValidation), !setting.hasValidation {
      found.append(
        (
          "it decides by a validation split that is not trained on, and there is none",
          ["add such a split to the data, or remove the rule"]
        ))
    }
    if traits.contains(.needsAdapters), setting.adapters.entries.isEmpty {
      found.append(("there is no adapter", ["add a section 'adapter', or remove the rule"]))
      return found
    }
    if let objection = rule.objection(to: setting) {
      found.append((objection, []))
      return found
    }
    return found + groupReasons(rule)
  }

  /// That the optimizer does not know the factors of groups.
  private func groupReasons(_ rule: any TrainingRule) -> [(String, [String])] {
    let parameters = RuleContext.parameters(setting.adapters.parameters, of: setting.adapters)
    let groups = rule.groups(of: parameters, setting.adapters).filter {
      $0.rate != 1 || $0.decay != 1
    }
    guard !groups.isEmpty else { return [] }
    let hints = ["choose optimizer adamw or sgd, or remove the rule"]
    let name = "optimizer '\(setting.optimizer)'"
    guard setting.optimizerTraits.takesGroups else {
      return [("\(name) has one rate for all parameters", hints)]
    }
    guard setting.optimizerTraits.contains(.movesFactors) else { return [] }
    let paired = Set(
      setting.adapters.factorPairs.flatMap {
        [ObjectIdentifier($0.directions), ObjectIdentifier($0.basis)]
      })
    let isPaired = groups.flatMap(\.parameters).contains { paired.contains(ObjectIdentifier($0)) }
    return isPaired
      ? [("\(name) moves both factors of an adapter together, at one rate", hints)] : []
  }

  /// That two rules give what is measured and kept.
  private var doubles: [(label: String, message: String, hints: [String])] {
    let giving = rules.filter { $0.rule.traits.contains(.givesEvaluationValues) }
    return giving.dropFirst().map { active in
      (
        active.label,
        "rules '\(giving[0].label)' and '\(active.label)' both give the values that are measured and kept",
        ["keep one of them"]
      )
    }
  }
}

extension Composition {
  /// Refuses rules that contradict the rest of a recipe.
  ///
  /// - Throws: `DiagnosticError` with all of them.
  static func checkRules(
    _ recipe: Recipe, _ adapters: AdapterSet, hasValidation: Bool
  ) throws {
    let rules = try recipe.activeRules(adapters)
    guard !rules.isEmpty else { return }
    let optimizer = recipe.optimizer.plugin
    let setting = RuleSetting(
      adapters: adapters, adapterName: recipe.adapter?.plugin.descriptor.name,
      optimizer: optimizer.descriptor.name, optimizerTraits: optimizer.traits,
      hasValidation: hasValidation, regauges: recipe.regauge != nil)
    try RuleObjections(rules: rules, setting: setting).all.map { label, message, hints in
      let span = recipe.rules.first { $0.label == label }?.span ?? recipe.adapter?.spans.section
      return Diagnostic(message, at: span, hints: hints)
    }.throwIfAny()
  }
}
