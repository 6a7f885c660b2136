import PETL

extension BackboneRecipe {
  /// Declares the options of the section.
  public mutating func visit(_ options: OptionReader) {
    options.choice("type", &type, help: "the family of the network; auto for that of the weights")
    options.requiredPath(
      "weights", &weights,
      help:
        "embedded:vit-micro, a .safetensors file, or the folder of a model; timm's, Hugging Face's, "
        + "open_clip's and JAX's names are told apart by themselves; for texts a folder of Hugging Face's or a "
        + ".gguf file")
    options.optionalInteger(
      "image_size", &imageSize, in: 1...4096,
      help: "the side of the images in pixels; that of the weights when absent")
    options.optionalInteger(
      "heads", &heads, in: 1...1024,
      help: "attention heads; from the file or its folder, else width / 64 with a note, when absent"
    )
    options.optionalInteger(
      "text_heads", &textHeads, in: 1...1024,
      help: "clip: heads of the text tower; from the file's folder, or width / 64, when absent")
    options.optionalPath(
      "tokenizer", &tokenizer,
      help: "clip: vocab.json, tokenizer.json, OpenAI's vocabulary, or a folder with one of them; "
        + "the folder of the weights when absent")
    options.optionalNumber(
      "epsilon", &epsilon, in: 0...1,
      help: "of the layer norms; from the file or its folder, or as its library has it, when absent"
    )
    options.choice(
      "activation", &activation,
      help: "the function in the MLPs; auto takes it from the file's folder or its naming")
    options.optionalChoice(
      "position_resampling", &positionResampling,
      help: "to another image_size: timm (bicubic with antialias, open_clip too) or transformers "
        + "(without); as the library of the names does when absent")
    options.number(
      "drop_path", &dropPath, in: 0...0.99, help: "drop-path of the last block while training")
    options.choice(
      "precision", &precision,
      help:
        "of the frozen weights; mixed keeps and multiplies them in bfloat16, int8 in 8 bits; as-stored keeps the quantised "
        + "matrices of a language model as they are")
    span = options.span(of: "weights")
    imageSpan = options.span(of: "image_size")
  }
}
