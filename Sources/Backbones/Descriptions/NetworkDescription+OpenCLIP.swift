import Checkpoints
import PETL

extension NetworkDescription {
  /// open_clip's `open_clip_config.json`, or one of its own configurations of models.
  mutating func readOpenCLIP(_ json: JSONValue, _ reader: ConfigurationReader) {
    (library, family) = (.openCLIP, .vit)
    let isWhole = json["model_cfg"] != nil
    if isWhole { _ = reader.section(json, "", OpenCLIPTables.file) }
    let model = isWhole ? json["model_cfg"] ?? .null : json
    let prefix = isWhole ? "model_cfg." : ""
    let top = reader.section(model, prefix, OpenCLIPTables.model)
    let function =
      top.flag("quick_gelu").map { said in said.map { $0 ? Activation.quickGELU : .gelu } }
      ?? Described(Activation.gelu, key: "the usual `\(prefix)quick_gelu`")
    let vision = reader.section(model["vision_cfg"], "\(prefix)vision_cfg.", OpenCLIPTables.vision)
    if model["vision_cfg"].map(\.isNull) ?? true {
      reader.complain(
        "\(path): there is no `\(prefix)vision_cfg`", hints: ["expected an object: the image tower"]
      )
      return
    }
    image = tower(vision, function, reader)
    let width = vision.whole("width")?.value ?? 768
    if !vision.has("width") {
      image.expect(.width, Described(width, key: "the usual \(vision.name("width"))"))
    }
    let headWidth = vision.whole("head_width")
    let perHead = headWidth?.value ?? 64
    if width % perHead != 0 {
      reader.complain(
        "\(path): \(vision.name("head_width")) is \(perHead), which does not divide the width of \(width)"
      )
    }
    image.heads = Described(
      max(1, width / perHead), key: headWidth?.key ?? "the usual \(vision.name("head_width"))")
    image.image = vision.size("image_size")
    image.patch = vision.size("patch_size")
    if let layers = vision["layers"], layers.whole == nil {
      reader.complain(
        "\(path): \(vision.name("layers")) is \(layers.brief): networks of convolutions (ResNet) are "
          + "not supported", hints: ["expected a whole number from 1 on"])
    }
    image.normalizesFirst = vision.flag("no_ln_pre")?.map { !$0 }
    image.pooling =
      vision.text("pool_type")?.map { $0 == "avg" ? .patches : .token }
      ?? Described(.token, key: "the usual \(vision.name("pool_type"))")
    // The norm of a token is the same before and after it is taken.
    if image.pooling?.value == .patches {
      image.normalizesAfterPooling =
        vision.flag("final_ln_after_pool")
        ?? Described(false, key: "the usual \(vision.name("final_ln_after_pool"))")
    }
    readTexts(model, prefix, function)
  }

  private mutating func readTexts(
    _ model: JSONValue, _ prefix: String, _ function: Described<Activation>
  ) {
    let texts = ConfigurationReader(file: path)
    _ = texts.section(
      .object((model.members ?? []).filter { OpenCLIPTables.model.rules[$0.name] != nil }), prefix,
      OpenCLIPTables.modelOfTexts)
    let words = texts.section(model["text_cfg"], "\(prefix)text_cfg.", OpenCLIPTables.text)
    var tower = tower(words, function, texts)
    tower.sizes = []
    tower.heads = words.whole("heads") ?? Described(8, key: "the usual \(words.name("heads"))")
    if let pool = words.text("pool_type"), pool.value == "eos" {
      let end = words.whole("eos_id")?.value ?? 2
      if end != (words.whole("vocab_size")?.value ?? 49_408) - 1 {
        texts.complain(
          "\(path): \(words.name("eos_id")) is \(end): texts that end with another token than the last "
            + "of the vocabulary are not supported")
      }
    }
    text = tower
    take(texts)
  }

  private func tower(
    _ section: ConfigurationSection, _ function: Described<Activation>,
    _ reader: ConfigurationReader
  ) -> DescribedTower {
    var tower = DescribedTower()
    tower.activation = function
    let arguments = section["act_kwargs"]?.members ?? []
    for argument in arguments {
      let name = "`\(section.prefix)act_kwargs.\(argument.name)`"
      switch (argument.name, argument.value.text, function.value) {
      case ("approximate", "tanh", .gelu): tower.activation = Described(.geluTanh, key: name)
      case ("approximate", "none", .gelu): break
      default:
        reader.complain(
          "\(path): \(name) is \(argument.value.brief): this function in the MLPs is not supported",
          hints: ["expected approximate to be tanh or none"])
      }
    }
    tower.epsilon = Described(1e-5, key: "the usual \(section.name("norm_kwargs"))")
    for argument in section["norm_kwargs"]?.members ?? [] {
      let name = "`\(section.prefix)norm_kwargs.\(argument.name)`"
      if argument.name == "eps", let epsilon = argument.value.double, epsilon > 0 {
        tower.epsilon = Described(Float(epsilon), key: name)
      } else if argument.value != .bool(true)
        || !["elementwise_affine", "bias"].contains(argument.name)
      {
        reader.complain(
          "\(path): \(name) is \(argument.value.brief): such norms are not supported",
          hints: ["expected eps to be a positive number"])
      }
    }
    for key in ["act_kwargs", "norm_kwargs"] {
      if let value = section[key], value.members == nil {
        reader.complain(
          "\(path): \(section.name(key)) is \(value.brief)", hints: ["expected an object"])
      }
    }
    tower.expect(.width, section.whole("width"))
    tower.expect(.depth, section.whole("layers"))
    if let width = section.whole("width"), let ratio = section.number("mlp_ratio") {
      tower.expect(.mlpWidth, Self.product(width.value, ratio))
    }
    return tower
  }
}
