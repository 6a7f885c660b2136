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
      "heads", in: 1...1024,
      help: "attention heads; from the file or its folder, else width / 64 with a note, when absent"
    )
    textHeads = reader.optionalInteger(
      "text_heads", in: 1...1024,
      help: "clip: heads of the text tower; from the file's folder, or width / 64, when absent")
    tokenizer = reader.optionalString(
      "tokenizer",
      help: "clip: vocab.json, tokenizer.json, OpenAI's vocabulary, or a folder with one of them; "
        + "the folder of the weights when absent")
    epsilon = reader.optionalNumber(
      "epsilon", in: 0...1,
      help: "of the layer norms; from the file or its folder, or as its library has it, when absent"
    )
    activation = reader.choice(
      "activation", default: .auto,
      help: "the function in the MLPs; auto takes it from the file's folder or its naming")
    positionResampling = reader.optionalChoice(
      "position_resampling", of: PositionResampling.self,
      help: "to another image_size: timm (bicubic with antialias, open_clip too) or transformers "
        + "(without); as the library of the names does when absent")
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
