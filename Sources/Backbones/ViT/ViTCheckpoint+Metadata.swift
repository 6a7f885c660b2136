import Checkpoints
import PETL

extension ViTCheckpoint {
  /// What a file of these tensors alone must say in its metadata to be read as this network.
  ///
  /// - Parameter naming: the names that its tensors have.
  /// - Returns: `heads`, where the shapes do not show them and somebody said them, and what else is not
  ///   as files with those names usually have it.
  func metadata(for naming: WeightNaming) -> [String: String] {
    let own = configuration
    var words: [String: String] = [:]
    if !guessesHeads, !naming.showsHeads { words["heads"] = "\(own.heads)" }
    if own.epsilon != (own.normalizesFirst ? 1e-5 : naming.epsilon) {
      words["epsilon"] = "\(own.epsilon)"
    }
    if own.activation != (naming.isQuickGELU ? .quickGELU : .gelu) {
      words["activation"] = own.activation.rawValue
    }
    let usual: Pooling = own.hasClassToken && !normalizesAfterPooling ? .token : .patches
    if pooling != usual { words["pooling"] = pooling.metadata }
    return words
  }

  /// What the feature is made of.
  var pooling: Pooling {
    configuration.poolsClassToken ? .token : configuration.averagesPrefix ? .all : .patches
  }
}

extension WeightNaming {
  /// Whether the shapes of the tensors show how many heads attention has (JAX).
  var showsHeads: Bool {
    rows.contains { $0.own == "blocks.#.attn.qkv.weight" && $0.layout == .toHeads }
  }
}
