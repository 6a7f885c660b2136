import Foundation
import PETL
import Recipes

/// A training rule of a stage.
struct ActiveRule {
  /// The name under which it is logged.
  let label: String
  /// What acts.
  let rule: any TrainingRule

  /// Runs `body` as a call of the rule's code.
  func calling<Result>(_ body: (any TrainingRule) throws -> Result) rethrows -> Result {
    try PluginCall.within("rule '\(label)'") { try body(rule) }
  }
}

/// What a training rule has gathered, as a checkpoint holds it.
struct StoredRule {
  /// Its state as JSON.
  var state: String
  /// Its tensors by names of its own.
  var tensors: [String: Tensor] = [:]
}

extension TrainingRule {
  /// The state as JSON, and the tensors.
  func stored() throws -> StoredRule {
    // An array, for a state may be a single value.
    let data = try JSONEncoder.figures([.sortedKeys]).encode([state])
    return StoredRule(state: String(decoding: data, as: UTF8.self), tensors: tensors)
  }

  /// Goes on from what `stored()` gave.
  func restore(_ stored: StoredRule) throws {
    let states = try JSONDecoder.figures.decode([State].self, from: Data(stored.state.utf8))
    if let state = states.first { try restore(state, tensors: stored.tensors) }
  }
}

extension Recipe {
  /// The rules of a stage, made anew: those that adapters bring, then the recipe's.
  ///
  /// - Parameter adapters: each at its site.
  /// - Returns: rules that have seen nothing.
  /// - Throws: `DiagnosticError` when options do not go together.
  func activeRules(_ adapters: AdapterSet) throws -> [ActiveRule] {
    let brought = try placing(at: adapter?.spans.section) { try adapters.broughtRules() }
    let own = try rules.map { entry in
      try placing(at: entry.span) { ActiveRule(label: entry.label, rule: try entry.make()) }
    }
    var taken = Set(own.map(\.label))
    return brought.map { rule in
      let name = type(of: rule).descriptor.name
      var (label, number) = (name, 1)
      while !taken.insert(label).inserted {
        number += 1
        label = "\(name)#\(number)"
      }
      return ActiveRule(label: label, rule: rule)
    } + own
  }
}
