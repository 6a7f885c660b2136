import PETL

extension BackboneRecipe {
  init?(_ reader: OptionReader) {
    type = reader.string("type", default: "vit", help: "the family: vit")
    if type != "vit" {
      reader.report(
        "there is no backbone '\(type)'", at: "type", hints: ["expected vit"])
    }
    let weights = reader.requiredString(
      "weights", help: "embedded:vit-micro, or the path of a .safetensors file with timm's names")
    imageSize = reader.optionalInteger(
      "image_size", in: 1...4096,
      help: "the side of the images in pixels; that of the weights when absent")
    heads = reader.optionalInteger(
      "heads", in: 1...1024, help: "attention heads; from the file, or width / 64, when absent")
    epsilon = reader.optionalNumber(
      "epsilon", in: 0...1, help: "of the layer norms; from the file, or 1e-6, when absent")
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
