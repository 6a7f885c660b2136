import PETL

extension BackboneRecipe {
  init?(_ reader: OptionReader) {
    type = reader.choice(
      "type", default: .auto, help: "the family of the network; auto for that of the weights")
    let weights = reader.requiredString(
      "weights",
      help:
        "embedded:vit-micro, a .safetensors file, or the folder of a model; timm's, Hugging Face's, "
        + "open_clip's and JAX's names are told apart by themselves")
    imageSize = reader.optionalInteger(
      "image_size", in: 1...4096,
      help: "the side of the images in pixels; that of the weights when absent")
    heads = reader.optionalInteger(
      "heads", in: 1...1024, help: "attention heads; from the file, or width / 64, when absent")
    epsilon = reader.optionalNumber(
      "epsilon", in: 0...1,
      help: "of the layer norms; from the file or its folder, or as its library has it, when absent"
    )
    activation = reader.choice(
      "activation", default: .auto,
      help: "the function in the MLPs; auto takes it from the file's folder or its naming")
    dropPath = reader.number(
      "drop_path", default: 0, in: 0...0.99, help: "drop-path of the last block while training")
    precision = reader.choice(
      "precision", default: FrozenPrecision.single,
      help: "of the frozen weights; mixed keeps and multiplies them in bfloat16")
    span = reader.span(of: "weights")
    imageSpan = reader.span(of: "image_size")
    guard let weights else { return nil }
    self.weights = weights
  }
}

extension DataRecipe {
  /// How pixels become numbers.
  public enum Normalization: String, CaseIterable, Sendable {
    /// From 0 to 1.
    case none
    /// By the means and deviations of ImageNet.
    case imagenet
    /// From -1 to 1.
    case inception
    /// By CLIP's means and deviations.
    case clip
  }

  /// The images that are trained on.
  public enum TrainSplit: String, CaseIterable, Sendable {
    /// The training split.
    case train
    /// The training and the validation split.
    case trainAndVal = "train+val"
  }

  init?(_ reader: OptionReader) {
    source = reader.choice(
      "type", default: .embedded, help: "embedded, or a safetensors set (VTAB-1K style)")
    let isSourceKnown = reader.diagnostics.isEmpty
    name = reader.optionalString(
      "name", help: "the embedded set: digits, shapes-class, shapes-count, …")
    path = reader.optionalString("path", help: "the file of a safetensors set")
    let normalization = reader.choice(
      "normalization", default: Normalization.inception,
      help: "how pixels become numbers; papers differ, so it is recorded")
    self.normalization = normalization.rawValue
    let split = reader.choice(
      "train", default: TrainSplit.train, help: "the split to train on: train, or train+val")
    train = split.rawValue
    span = reader.span(of: source == .embedded ? "name" : "path")
    if isSourceKnown { checkPlace(reader) }
  }

  /// Each source has a key of its own.
  private func checkPlace(_ reader: OptionReader) {
    switch source {
    case .embedded:
      if name == nil { reader.report("missing key 'name' in 'data'", hints: ["try name: digits"]) }
      if path != nil {
        reader.report(
          "an embedded set has no 'path'", at: "path",
          hints: ["remove it, or set type: safetensors"])
      }
    case .safetensors:
      if path == nil {
        reader.report("missing key 'path' in 'data'", hints: ["expected a .safetensors file"])
      }
      if name != nil {
        reader.report(
          "the name of a safetensors set is in its file", at: "name",
          hints: ["remove it, or set type: embedded"])
      }
    }
  }
}

extension RateSchedule {
  init(_ reader: OptionReader) {
    self.init(
      form: reader.choice("type", default: .cosine, help: "cosine or constant"),
      warmupEpochs: reader.number(
        "warmup_epochs", default: 0, in: 0...1e6, help: "the length of the warm-up"),
      warmupFactor: reader.number(
        "warmup_factor", default: 1e-3, in: 0...1, help: "the factor the warm-up starts at"),
      minimumFactor: reader.number(
        "minimum_factor", default: 1e-2, in: 0...1, help: "the factor the cosine ends at"))
  }
}
