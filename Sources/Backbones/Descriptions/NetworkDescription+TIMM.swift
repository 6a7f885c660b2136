import Checkpoints
import PETL

extension NetworkDescription {
  /// timm's `config.json`: the arguments of the architecture, and over them those of `model_args`.
  mutating func readTIMM(_ json: JSONValue, _ reader: ConfigurationReader) {
    let isLegacy = json["pretrained_cfg"] == nil
    let top = reader.section(json, "", isLegacy ? TIMMTables.legacy : TIMMTables.top)
    let pretrained =
      isLegacy
      ? top : reader.section(top["pretrained_cfg"], "pretrained_cfg.", TIMMTables.pretrained)
    classes = top.whole("num_classes") ?? pretrained.whole("num_classes")
    let names = top["label_names"] ?? top["labels"] ?? pretrained["label_names"]
    labels = names?.elements?.compactMap(\.text) ?? names.flatMap(Self.labels(numbered:))

    let architecture = top.text("architecture")?.value
    let known = architecture.flatMap(TIMMArchitecture.arguments)
    if known == nil {
      let which = architecture.map { "'\($0)' is no architecture of timm that petl knows" }
      reader.note(
        .guess(
          "\(which ?? "it names no `architecture` of timm"): what `model_args` does not say "
            + "is taken from the weights, or as timm's plain networks have it", at: path))
    }
    let owner = "`architecture` '\(architecture ?? "")'"
    let isSwin =
      known.map { $0["class"]?.text == "SwinTransformer" } ?? architecture?.hasPrefix("swin_")
      ?? (top["model_args"]?["window_size"] != nil)
    library = .timm
    family = isSwin ? .swin : known == nil ? nil : .vit
    if let other = known?["class"]?.text, !isSwin {
      reader.complain(
        "\(path): \(owner) is timm's \(other): these networks are not supported",
        hints: ["expected a VisionTransformer or SwinTransformer of timm"])
      return
    }
    let table = isSwin ? TIMMTables.swin : TIMMTables.vit
    let given = reader.section(top["model_args"], "model_args.", table)
    let usual = reader.section(
      known?.without(top["model_args"]), "", table, owner: owner)
    let arguments = TIMMArguments(given: given, usual: usual, isKnown: known != nil)
    readTIMMSizes(arguments, top, pretrained, isSwin: isSwin)
    if isSwin {
      readTIMMSwin(arguments, top, reader)
    } else {
      readTIMMViT(arguments, top, pretrained)
    }
  }

  /// What the tensors must agree with, and the size of the images.
  private mutating func readTIMMSizes(
    _ arguments: TIMMArguments, _ top: ConfigurationSection, _ pretrained: ConfigurationSection,
    isSwin: Bool
  ) {
    image.expect(isSwin ? .features : .width, top.whole("num_features"))
    image.expect(.width, arguments.given.whole("embed_dim"))
    image.expect(.depth, arguments.given.whole("depth"))
    image.expect(.registers, arguments.given.whole("reg_tokens"))
    if !isSwin, let width = arguments.given.whole("embed_dim") ?? top.whole("num_features"),
      let ratio = arguments.given.number("mlp_ratio")
    {
      image.expect(.mlpWidth, Self.product(width.value, ratio))
    }
    image.patch = arguments.given.size("patch_size")
    // timm makes its networks for `input_size` where their size is fixed; elsewhere it is what images
    // are usually resized to.
    let input =
      pretrained["input_size"]?.elements?.count == 3 ? pretrained.size("input_size") : nil
    let isFixed = pretrained.flag("fixed_input_size")?.value ?? false
    let isDynamic = arguments["dynamic_img_size"].flag("dynamic_img_size")?.value ?? false
    image.image = arguments.given.size("img_size") ?? (isFixed && !isDynamic ? input : nil)
    image.usualImage = input
  }

  private mutating func readTIMMViT(
    _ arguments: TIMMArguments, _ top: ConfigurationSection, _ pretrained: ConfigurationSection
  ) {
    image.heads = arguments["num_heads"].whole("num_heads")
    let plain = arguments.isKnown ? "`architecture`" : nil
    let usual = arguments.given.has("act_layer") ? arguments.given.name("act_layer") : plain
    image.activation =
      arguments["act_layer"].text("act_layer")?.map(Self.timmActivation)
      ?? usual.map { Described(.gelu, key: $0) }
    let norms = arguments.given.has("norm_layer") ? arguments.given.name("norm_layer") : nil
    image.epsilon =
      arguments.given.number("norm_eps")?.map { Float($0) }
      ?? norms.map { Described(1e-6, key: $0) }
      ?? arguments.usual.number("norm_eps")?.map { Float($0) }
      ?? plain.map { Described(1e-6, key: $0) }
    image.positionsPrefix =
      arguments["no_embed_class"].flag("no_embed_class")?.map { !$0 }
      ?? plain.map { Described(true, key: $0) }
    image.hasClassToken = arguments.given.flag("class_token")
    image.hasQueryKeyValueBias = arguments.given.flag("qkv_bias")
    image.normalizesFirst = arguments.given.flag("pre_norm")
    let said = top.text("global_pool")
    let pool =
      arguments["global_pool"].text("global_pool") ?? pretrained.text("global_pool")
      ?? plain.map { Described("token", key: $0) } ?? said
    let takesAll =
      arguments["pool_include_prefix"].flag("pool_include_prefix")?.value ?? false
    func pooling(_ name: String) -> Pooling {
      name == "token" ? .token : takesAll ? .all : .patches
    }
    image.pooling = pool?.map(pooling)
    // The file's own word is of what was saved; timm itself goes by the arguments.
    if let said, let pool, said.value != pool.value {
      image.otherPooling = said.map(pooling)
      image.isPoolingGiven = arguments.given.has("global_pool")
    }
    image.normalizesAfterPooling =
      arguments["fc_norm"].flag("fc_norm") ?? pool?.map { $0 != "token" }
  }

  private mutating func readTIMMSwin(
    _ arguments: TIMMArguments, _ top: ConfigurationSection, _ reader: ConfigurationReader
  ) {
    image.stageHeads = arguments["num_heads"].wholes("num_heads")
    image.depths = arguments.given.wholes("depths")
    if let said = top.text("global_pool"), said.value != "avg" {
      reader.complain(
        "\(path): `global_pool` is '\(said.value)': a Swin's other pooling than the mean is not supported",
        hints: ["expected avg"])
    }
    guard let windows = arguments.given["window_size"] else { return }
    let sides = windows.elements.map { $0.count == 2 ? [windows] : $0 } ?? []
    for side in sides {
      guard let pair = side.elements, Set(pair.compactMap(\.whole)).count > 1 else { continue }
      reader.complain(
        "\(path): `model_args.window_size` is \(windows.brief): windows that are no squares are not supported",
        hints: ["expected the side of a window"])
    }
  }

  private static func timmActivation(_ name: String) -> Activation {
    switch name {
    case "gelu_tanh": .geluTanh
    case "quick_gelu": .quickGELU
    case "relu": .relu
    case "silu", "swish": .silu
    default: .gelu
    }
  }
}

/// The arguments of a constructor: those of `model_args`, and those of the architecture where it has none.
private struct TIMMArguments {
  let given: ConfigurationSection
  let usual: ConfigurationSection
  /// Whether the architecture is known, so that an argument that neither says is the constructor's.
  let isKnown: Bool

  /// The section that says an argument.
  subscript(key: String) -> ConfigurationSection { given.has(key) ? given : usual }
}

extension JSONValue {
  /// The object without the members that another one has too.
  fileprivate func without(_ other: JSONValue?) -> JSONValue {
    .object((members ?? []).filter { other?[$0.name] == nil })
  }
}
