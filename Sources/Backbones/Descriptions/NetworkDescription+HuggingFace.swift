import Checkpoints
import PETL

extension NetworkDescription {
  /// Hugging Face's `config.json` and open_clip's `open_clip_config.json`.
  mutating func readHuggingFace(_ json: JSONValue, _ reader: ConfigurationReader) {
    // CLIP's two towers have sections of their own.
    let vision = json["vision_config"] ?? json["model_cfg"]?["vision_cfg"] ?? json
    func complain(_ key: String, _ value: JSONValue, _ expected: String) {
      reader.complain("\(path): `\(key)` is \(value.brief)", hints: ["expected \(expected)"])
    }
    let isQuick = json["model_cfg"]?["quick_gelu"]?.flag
    func tower(_ section: JSONValue) -> DescribedTower {
      var tower = DescribedTower()
      func value(_ key: String) -> JSONValue? { section[key].flatMap { $0.isNull ? nil : $0 } }
      // Swin lists the heads of each stage, which its weights show too.
      if let heads = value("num_attention_heads") {
        tower.heads = heads.whole.flatMap { $0 > 0 ? $0 : nil }
          .map { Described($0, key: "`num_attention_heads`") }
        if tower.heads == nil { complain("num_attention_heads", heads, "a whole number") }
      }
      if let epsilon = value("layer_norm_eps") {
        tower.epsilon = epsilon.double.map { Described(Float($0), key: "`layer_norm_eps`") }
        if tower.epsilon == nil { complain("layer_norm_eps", epsilon, "a number") }
      }
      tower.activation = isQuick.map {
        Described($0 ? .quickGELU : .gelu, key: "`model_cfg.quick_gelu`")
      }
      if let name = value("hidden_act") {
        switch name.text {
        case "gelu": tower.activation = Described(.gelu, key: "`hidden_act`")
        case "quick_gelu": tower.activation = Described(.quickGELU, key: "`hidden_act`")
        default: complain("hidden_act", name, "gelu or quick_gelu, others are not supported")
        }
      }
      return tower
    }
    image = tower(vision)
    text = (json["text_config"] ?? json["model_cfg"]?["text_cfg"]).map { section in
      var text = tower(section)
      // open_clip's name for it.
      text.heads =
        text.heads
        ?? section["heads"]?.whole.flatMap { $0 > 0 ? $0 : nil }
        .map { Described($0, key: "`text_cfg.heads`") }
      return text
    }
    if let value = json["id2label"], !value.isNull {
      labels = Self.labels(numbered: value)
      if labels == nil { complain("id2label", value, "a name for each class from 0 on") }
    }
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
