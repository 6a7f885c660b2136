import PETL

extension RateSchedule {
  /// As a recipe holds it.
  var written: ConfigurationNode {
    ConfigurationNode(writing: [
      ("type", .init(plain: form.rawValue)), ("warmup_epochs", .init(plain: "\(warmupEpochs)")),
      ("warmup_factor", .init(plain: "\(warmupFactor)")),
      ("minimum_factor", .init(plain: "\(minimumFactor)")),
      ("step", .init(plain: step.rawValue)), ("lag_epochs", .init(plain: "\(lagEpochs)")),
      ("cosine_from", .init(plain: cosineFrom.rawValue)),
      ("cooldown_epochs", .init(plain: "\(cooldownEpochs)")),
    ])
  }
}
