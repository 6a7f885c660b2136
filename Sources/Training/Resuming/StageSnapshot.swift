import Foundation
import Optimization
import PETL

/// A stage between two steps, beside the parameters of its network: what it can go on from.
struct StageSnapshot {
  /// How far it has come.
  var progress: StageProgress
  /// What the rule remembers.
  var optimizer: OptimizerState
  /// The parameters of the epoch that is kept so far, where that is not the last.
  var kept: [String: Tensor]?
  /// The states of the regularizers by label, as JSON.
  var regularizers: [String: String]
  /// What the training rules have gathered, by label.
  var rules: [String: StoredRule] = [:]
}

extension Regularizer {
  /// The state as JSON.
  func encodedState() throws -> String {
    // An array, for a state may be a single value.
    String(decoding: try JSONEncoder.figures([.sortedKeys]).encode([state]), as: UTF8.self)
  }

  /// Goes on from what `encodedState()` gave.
  func restore(encoded text: String) throws {
    let states = try JSONDecoder.figures.decode([State].self, from: Data(text.utf8))
    if let state = states.first { restore(state) }
  }
}
