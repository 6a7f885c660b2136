import PETL

extension OptimizerRecipe {
  /// As a recipe holds it.
  var written: ConfigurationNode {
    ConfigurationNode(writing: [
      ("type", .init(plain: type.rawValue)), ("learning_rate", .init(plain: "\(learningRate)")),
      ("weight_decay", .init(plain: "\(weightDecay)")), ("beta1", .init(plain: "\(beta1)")),
      ("beta2", .init(plain: "\(beta2)")), ("momentum", .init(plain: "\(momentum)")),
      ("nesterov", .init(plain: "\(nesterov)")), ("start_scale", .init(plain: "\(startScale)")),
      ("damping", .init(plain: "\(damping)")), ("subspace_rank", .init(plain: "\(subspaceRank)")),
      ("refresh", .init(plain: "\(refresh)")), ("epsilon", .init(plain: "\(epsilon)")),
      ("gradient_clip", gradientClip.map { .init(plain: "\($0)") }),
    ])
  }
}
