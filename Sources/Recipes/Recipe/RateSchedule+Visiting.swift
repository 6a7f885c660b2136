import PETL

extension RateSchedule {
  /// Declares the options of the section `schedule`.
  public mutating func visit(_ options: OptionReader) {
    options.choice("type", &form, help: "cosine, linear or constant")
    options.number("warmup_epochs", &warmupEpochs, in: 0...1e6, help: "the length of the warm-up")
    options.number(
      "warmup_factor", &warmupFactor, in: 0...1, help: "the factor the warm-up starts at")
    options.number(
      "minimum_factor", &minimumFactor, in: 0...1, help: "the factor the cosine or line ends at")
    options.choice(
      "step", &step,
      help: "when the factor moves: with every batch (our choice), or every epoch (timm)")
    options.integer(
      "lag_epochs", &lagEpochs, in: 0...1_000_000,
      help:
        "step: epoch: by how many epochs the factor is late; 1 in petl-vit and noah, where the "
        + "first two epochs have the same")
    options.choice(
      "cosine_from", &cosineFrom,
      help:
        "where the cosine or line begins: at the end of the warmup (vpt), or at the start of the stage, "
        + "under the warm-up (timm)")
    options.number(
      "cooldown_epochs", &cooldownEpochs, in: 0...1e6,
      help: "the epochs at the end of a stage, at minimum_factor (timm's train.py, ssf: 10)")
  }

  /// Reports what would silently do nothing.
  func reportContradictions(_ reader: OptionReader) {
    if lagEpochs > 0, step == .batch {
      reader.report(
        "lag_epochs is of a factor that moves with every epoch", at: "lag_epochs",
        hints: ["set step: epoch, or remove it"])
    }
    guard form == .constant else { return }
    for (key, isSet) in [
      ("cosine_from", cosineFrom != .warmup), ("cooldown_epochs", cooldownEpochs > 0),
    ] where isSet {
      reader.report(
        "type: constant has no cosine for \(key)", at: key,
        hints: ["set type: cosine, or remove it"])
    }
  }

  /// What is to be said of a stage that is too short for warm-up and cool-down; nil of others.
  ///
  /// - Parameters:
  ///   - stage: as a sentence names it.
  ///   - epochs: its length.
  /// - Returns: a warning.
  func remark(on stage: String, epochs: Int) -> Note? {
    let fitted = fitted(to: Double(epochs))
    guard fitted != self else { return nil }
    func words(_ epochs: Double) -> String {
      let text = "\((epochs * 100).rounded() / 100)"
      return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
    let all = [
      ("warm-up", warmupEpochs, fitted.warmupEpochs),
      ("cool-down", cooldownEpochs, fitted.cooldownEpochs),
    ].filter { $0.1 > 0 }
    let given = all.map { "a \($0.0) of \(words($0.1))" }.joined(separator: " and ")
    let taken = all.map { words($0.2) }.joined(separator: " and ")
    return Note(
      "\(given) \(all.count == 1 ? "leaves" : "leave") nothing of \(stage), which has \(epochs) "
        + "epoch\(epochs == 1 ? "" : "s"): shortened to \(taken) (section 'schedule')",
      kind: .warning)
  }
}
