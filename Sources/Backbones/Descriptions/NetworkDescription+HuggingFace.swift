import Checkpoints
import PETL

extension NetworkDescription {
  /// What a class of transformers has where its file is silent: nested sections leave out what is usual.
  private struct Usual {
    let heads: Int
    let epsilon: Float
    var activation = Activation.gelu

    static let vit = Usual(heads: 12, epsilon: 1e-12)
    static let dinov2 = Usual(heads: 12, epsilon: 1e-6)
    static let clipVision = Usual(heads: 12, epsilon: 1e-5, activation: .quickGELU)
    static let clipText = Usual(heads: 8, epsilon: 1e-5, activation: .quickGELU)
  }

  /// Hugging Face's `config.json`.
  mutating func readHuggingFace(_ json: JSONValue, _ reader: ConfigurationReader) {
    library = .huggingFace
    let type = json["model_type"]?.text
    if let type, let reason = HuggingFaceTables.others[type] {
      reader.complain("\(path): `model_type` is '\(type)': \(reason)")
      return
    }
    switch type {
    case "clip",
      nil where json["vision_config"] != nil:
      readCLIP(json, reader)
    case "clip_vision_model":
      image = tower(
        reader.section(json, "", HuggingFaceTables.clipVision), .clipVision)
    case "swin",
      nil where json["depths"] != nil:
      readSwin(reader.section(json, "", HuggingFaceTables.swin))
    case "vit":
      let top = reader.section(json, "", HuggingFaceTables.vit)
      image = tower(top, .vit)
      image.hasQueryKeyValueBias = top.flag("qkv_bias")
    case "dinov2", "dinov2_with_registers":
      readDINOv2(reader.section(json, "", HuggingFaceTables.dinov2), type)
    case nil:
      let top = reader.section(json, "", HuggingFaceTables.any)
      image = tower(top, nil)
    case let type?:
      let known = ["vit", "dinov2", "dinov2_with_registers", "clip", "clip_vision_model", "swin"]
      let nearest = nearestName(to: type, among: known).map { ["did you mean '\($0)'?"] } ?? []
      reader.complain(
        "\(path): `model_type` is '\(type)': such networks are not supported here",
        hints: nearest + [
          "expected \(known.joined(separator: ", "))",
          "language models are read by petl evaluate, generate and predict with --weights, and by recipes with data.type: text",
        ])
    }
    modelType = type.map { Described($0, key: "`model_type`") }
    if type != nil, family == nil { family = .vit }
    readArchitectures(json["architectures"], reader)
    if let value = json["id2label"], !value.isNull {
      labels = Self.labels(numbered: value)
      if labels == nil {
        reader.complain(
          "\(path): `id2label` is \(value.brief)",
          hints: ["expected a name for each class from 0 on"])
      }
    }
  }

  /// Heads that compute something else than a linear map of the feature.
  private func readArchitectures(_ value: JSONValue?, _ reader: ConfigurationReader) {
    let others = [
      "CLIPForImageClassification": "a head on the mean of the patches of a CLIP is not supported",
      "DeiTForImageClassificationWithTeacher": "distilled networks are not supported",
    ]
    for name in (value?.elements ?? []).compactMap(\.text) {
      guard let reason = others[name] else { continue }
      reader.complain("\(path): `architectures` has '\(name)': \(reason)")
    }
  }

  private func tower(_ section: ConfigurationSection, _ usual: Usual?) -> DescribedTower {
    var tower = DescribedTower()
    func silent(_ key: String) -> String { "the usual \(section.name(key))" }
    tower.heads =
      section.whole("num_attention_heads")
      ?? usual.map { Described($0.heads, key: silent("num_attention_heads")) }
    tower.epsilon =
      section.number("layer_norm_eps")?.map { Float($0) }
      ?? usual.map { Described($0.epsilon, key: silent("layer_norm_eps")) }
    tower.activation =
      section.text("hidden_act").flatMap { said in
        HuggingFaceTables.activations[said.value].map { Described($0, key: said.key) }
      } ?? usual.map { Described($0.activation, key: silent("hidden_act")) }
    tower.image = section.size("image_size")
    tower.patch = section.size("patch_size")
    tower.expect(.width, section.whole("hidden_size"))
    tower.expect(.depth, section.whole("num_hidden_layers"))
    tower.expect(.mlpWidth, section.whole("intermediate_size"))
    return tower
  }

  private mutating func readDINOv2(_ top: ConfigurationSection, _ type: String?) {
    image = tower(top, .dinov2)
    image.hasQueryKeyValueBias = top.flag("qkv_bias")
    image.expect(.registers, top.whole("num_register_tokens"))
    if let width = top.whole("hidden_size"), let ratio = top.number("mlp_ratio") {
      image.expect(.mlpWidth, Self.product(width.value, ratio))
    }
  }

  private mutating func readSwin(_ top: ConfigurationSection) {
    family = .swin
    image.stageHeads = top.wholes("num_heads")
    image.depths = top.wholes("depths")
    image.epsilon =
      top.number("layer_norm_eps")?.map { Float($0) }
      ?? Described(1e-5, key: "the usual `layer_norm_eps`")
    image.image = top.size("image_size")
    image.patch = top.size("patch_size")
    image.expect(.width, top.whole("embed_dim"))
    image.expect(.features, top.whole("hidden_size"))
  }

  private mutating func readCLIP(_ json: JSONValue, _ reader: ConfigurationReader) {
    _ = reader.section(json, "", HuggingFaceTables.clip)
    // Files of old have each section twice; transformers goes by the second.
    func section(
      _ key: String, _ table: ConfigurationTable, _ reader: ConfigurationReader
    ) -> ConfigurationSection {
      let second = json["\(key)_dict"].flatMap { $0.isNull ? nil : $0 }
      return reader.section(
        second ?? json[key] ?? .object([]), second == nil ? "\(key)." : "\(key)_dict.", table)
    }
    image = tower(section("vision_config", HuggingFaceTables.clipVision, reader), .clipVision)
    let texts = ConfigurationReader(file: path)
    let words = section("text_config", HuggingFaceTables.clipText, texts)
    text = tower(words, .clipText)
    text?.sizes = []
    if let end = words.whole("eos_token_id"),
      end.value != 2, end.value != (words.whole("vocab_size")?.value ?? 49_408) - 1
    {
      // 2 is what all files say that were written before the key meant something.
      texts.complain(
        "\(path): \(end.key) is \(end.value): texts that end with another token than the last of the "
          + "vocabulary are not supported")
    }
    take(texts)
  }

  /// A part of a size, as Python's `int` cuts it.
  static func product(_ size: Int, _ ratio: Described<Double>) -> Described<Int>? {
    let product = Double(size) * ratio.value
    return product < 1e9 ? Described(Int(product), key: "\(ratio.key) of \(size)") : nil
  }

  /// The names of an object from numbers to names; nil when they are not 0, 1, 2 and so on.
  static func labels(numbered json: JSONValue) -> [String]? {
    guard let members = json.members else { return nil }
    let byNumber = members.compactMap { member in
      Int(member.name).flatMap { number in member.value.text.map { (number, $0) } }
    }.sorted { $0.0 < $1.0 }
    return byNumber.map(\.0) == Array(0..<members.count) ? byNumber.map(\.1) : nil
  }
}
