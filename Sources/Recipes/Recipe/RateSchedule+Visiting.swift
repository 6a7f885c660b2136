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

  /// Reports a warm-up that a stage is too short for.
  func checkLength(ofStage stage: StageRecipe, _ reader: OptionReader) {
    guard Double(stage.epochs) <= warmupEpochs + cooldownEpochs else { return }
    let text = "\(warmupEpochs + cooldownEpochs)"
    let length = text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    let epochs = stage.epochs == 1 ? "1 epoch" : "\(stage.epochs) epochs"
    reader.report(
      "\(endsInWords) \(length) epochs long, stage '\(stage.name)' has only \(epochs)",
      at: keyOfEnds, hints: ["make \(cooldownEpochs > 0 ? "them" : "it") shorter than every stage"])
  }

  /// Reports a warm-up that all of training is too short for.
  func checkLength(ofTraining epochs: Int, _ reader: OptionReader) {
    guard Double(epochs) <= warmupEpochs + cooldownEpochs else { return }
    reader.report(
      "\(endsInWords) as long as training, or longer", at: keyOfEnds,
      hints: ["make \(cooldownEpochs > 0 ? "them" : "it") shorter than 'epochs'"])
  }

  private var endsInWords: String {
    cooldownEpochs > 0 ? "the warm-up and the cool-down are" : "the warm-up is"
  }

  private var keyOfEnds: String {
    cooldownEpochs > warmupEpochs ? "cooldown_epochs" : "warmup_epochs"
  }
}
