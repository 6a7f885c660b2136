import PETL

extension OptimizerRecipe {
  init(_ reader: OptionReader) {
    self.init()
    reader.choice(
      "type", &type,
      help:
        "the rule: adamw, sgd; riemannion and odelora, for the factors of linear adapters (the head by "
        + "adamw); subzero, without a backward pass")
    reader.number("learning_rate", &learningRate, in: 0...1e3, help: "the rate after the warm-up")
    reader.number(
      "weight_decay", &weightDecay, in: 0...1e3,
      help: "weight decay; decoupled with adamw, part of the gradient with sgd and subzero")
    reader.number("beta1", &beta1, in: 0...0.999999, help: "adamw: decay of the mean")
    reader.number("beta2", &beta2, in: 0...0.999999, help: "adamw: decay of the mean square")
    reader.number(
      "momentum", &momentum, in: 0...0.999999,
      help: "sgd, riemannion: how much of the sum of gradients is kept (default our choice)")
    reader.boolean(
      "nesterov", &nesterov, help: "sgd: Nesterov's momentum, which looks ahead by one step")
    reader.number(
      "start_scale", &startScale, in: 1e-9...1e6,
      help: "riemannion, odelora: the singular values that a zero update starts with (our choice)")
    reader.number(
      "damping", &damping, in: 0...1e6,
      help: "odelora: of the inverted Gram matrices, in units of their mean diagonal (our choice)")
    reader.integer(
      "subspace_rank", &subspaceRank, in: 1...4096, help: "subzero: the rank of its subspaces")
    reader.integer(
      "refresh", &refresh, in: 1...1_000_000,
      help: "subzero: steps until its subspaces are drawn anew")
    reader.number(
      "epsilon", &epsilon, in: 1e-9...1e3,
      help: "subzero: how far to either side the loss is asked for")
    reader.optionalNumber(
      "gradient_clip", &gradientClip, in: 1e-12...1e12,
      help: "the largest global norm of a gradient; no clipping when absent")
    reportContradictions(reader)
  }

  /// Options of another rule, where they say something else than nothing: a stored recipe holds
  /// every default.
  private func reportContradictions(_ reader: OptionReader) {
    let adam: [Rule] = [.adamw, .riemannion, .odelora]
    let ofRules: [(key: String, rules: [Rule], isChanged: Bool)] = [
      ("beta1", adam, beta1 != 0.9), ("beta2", adam, beta2 != 0.999),
      ("momentum", [.sgd, .riemannion], momentum != 0.9), ("nesterov", [.sgd], nesterov),
      ("start_scale", [.riemannion, .odelora], startScale != 0.01),
      ("damping", [.odelora], damping != 1e-3), ("subspace_rank", [.subzero], subspaceRank != 8),
      ("refresh", [.subzero], refresh != 1000), ("epsilon", [.subzero], epsilon != 1e-3),
    ]
    for (key, rules, isChanged) in ofRules where isChanged && !rules.contains(type) {
      let names = rules.map(\.rawValue).joined(separator: " or ")
      reader.report(
        "'\(key)' means nothing with type: \(type.rawValue)", at: key,
        hints: ["it belongs to type: \(names)"])
    }
    if type == .subzero, gradientClip != nil {
      reader.report(
        "'gradient_clip' means nothing with type: subzero", at: "gradient_clip",
        hints: ["there is no gradient to clip"])
    }
    if type == .sgd, nesterov, momentum == 0 {
      reader.report(
        "'optimizer.nesterov' needs a momentum above 0", at: "nesterov",
        hints: ["set momentum: 0.9, say"])
    }
  }
}
