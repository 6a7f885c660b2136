import PETL

extension OptimizerRecipe {
  init(_ reader: OptionReader) {
    type = reader.choice("type", default: Rule.adamw, help: "the rule: adamw, or sgd")
    learningRate = reader.number(
      "learning_rate", default: 1e-3, in: 0...1e3, help: "the rate after the warm-up")
    weightDecay = reader.number(
      "weight_decay", default: 1e-4, in: 0...1e3,
      help: "weight decay; decoupled with adamw, part of the gradient with sgd")
    beta1 = reader.number("beta1", default: 0.9, in: 0...0.999999, help: "adamw: decay of the mean")
    beta2 = reader.number(
      "beta2", default: 0.999, in: 0...0.999999, help: "adamw: decay of the mean square")
    momentum = reader.number(
      "momentum", default: 0.9, in: 0...0.999999,
      help: "sgd: how much of the sum of gradients is kept (default our choice; PyTorch's is 0)")
    nesterov = reader.boolean(
      "nesterov", default: false, help: "sgd: Nesterov's momentum, which looks ahead by one step")
    gradientClip = reader.optionalNumber(
      "gradient_clip", in: 1e-12...1e12,
      help: "the largest global norm of a gradient; no clipping when absent")
    reportContradictions(reader)
  }

  /// Options of another rule, where they say something else than nothing: a stored recipe holds
  /// every default.
  private func reportContradictions(_ reader: OptionReader) {
    let ofRule: [(key: String, rule: Rule, isChanged: Bool)] = [
      ("beta1", .adamw, beta1 != 0.9), ("beta2", .adamw, beta2 != 0.999),
      ("momentum", .sgd, momentum != 0.9), ("nesterov", .sgd, nesterov),
    ]
    for (key, rule, isChanged) in ofRule where isChanged && rule != type {
      reader.report(
        "'\(key)' means nothing with type: \(type.rawValue)", at: key,
        hints: ["it belongs to type: \(rule.rawValue)"])
    }
    if type == .sgd, nesterov, momentum == 0 {
      reader.report(
        "'optimizer.nesterov' needs a momentum above 0", at: "nesterov",
        hints: ["set momentum: 0.9, say"])
    }
  }
}
