public import Checkpoints
import PETL

/// What a `config.json` (Hugging Face, timm) or `open_clip_config.json` beside weights says.
public struct NetworkDescription: Sendable {
  /// The file, for messages.
  public let path: String
  /// How many heads attention has.
  public let heads: Int?
  /// The ε of layer norms.
  public let epsilon: Float?
  /// The function in the MLP.
  public let activation: Activation?
  /// The names of the head's classes, by their numbers.
  public let labels: [String]?
  /// What is said of CLIP's text tower; nil without one.
  public let text: BackboneFacts?

  /// Reads the file.
  ///
  /// - Throws: `DiagnosticError` when it is not JSON, or a value that is used is none that can be.
  public init(path: String) throws {
    try self.init(
      JSONValue(parsing: readFile(path, limit: 64 << 20), name: path), path: path)
  }

  /// Takes what is used here from a description; other keys are left alone.
  ///
  /// - Throws: `DiagnosticError` when a value that is used is none that can be.
  public init(_ json: JSONValue, path: String) throws {
    self.path = path
    // CLIP's two towers have sections of their own.
    let vision = json["vision_config"] ?? json["model_cfg"]?["vision_cfg"] ?? json
    var problems: [Diagnostic] = []
    func complain(_ key: String, _ value: JSONValue, _ expected: String) {
      let found = value.text.map { "'\($0)'" } ?? value.kind
      problems.append(
        Diagnostic("\(path): `\(key)` is \(found)", hints: ["expected \(expected)"]))
    }

    let isQuick = json["model_cfg"]?["quick_gelu"]?.flag
    func facts(_ section: JSONValue) -> BackboneFacts {
      func value(_ key: String) -> JSONValue? { section[key].flatMap { $0.isNull ? nil : $0 } }
      // Swin lists the heads of each stage, which its weights show too.
      let heads = value("num_attention_heads")
      var facts = BackboneFacts(heads: heads?.whole.flatMap { $0 > 0 ? $0 : nil })
      if let heads, facts.heads == nil { complain("num_attention_heads", heads, "a whole number") }
      let epsilon = value("layer_norm_eps")
      facts.epsilon = epsilon?.double.map { Float($0) }
      if let epsilon, facts.epsilon == nil { complain("layer_norm_eps", epsilon, "a number") }
      facts.activation = isQuick.map { $0 ? .quickGELU : .gelu }
      if let name = value("hidden_act") {
        switch name.text {
        case "gelu": facts.activation = .gelu
        case "quick_gelu": facts.activation = .quickGELU
        default: complain("hidden_act", name, "gelu or quick_gelu, others are not supported")
        }
      } else if let name = json["architecture"]?.text {
        // timm says it in the name of the architecture.
        facts.activation = name.contains("quickgelu") ? .quickGELU : .gelu
      }
      return facts
    }
    let own = facts(vision)
    (heads, epsilon, activation) = (own.heads, own.epsilon, own.activation)
    text = (json["text_config"] ?? json["model_cfg"]?["text_cfg"]).map { section in
      var text = facts(section)
      // open_clip's name for it.
      text.heads = text.heads ?? section["heads"]?.whole.flatMap { $0 > 0 ? $0 : nil }
      return text
    }

    if let names = json["id2label"]?.members {
      let byNumber = names.compactMap { member in
        Int(member.name).flatMap { number in member.value.text.map { (number, $0) } }
      }.sorted { $0.0 < $1.0 }
      labels = byNumber.map(\.0) == Array(0..<names.count) ? byNumber.map(\.1) : nil
      if labels == nil, let value = json["id2label"] {
        complain("id2label", value, "a name for each class from 0 on")
      }
    } else {
      labels = (json["label_names"] ?? json["pretrained_cfg"]?["label_names"])?.elements?
        .compactMap(\.text)
    }
    if !problems.isEmpty { throw DiagnosticError(problems) }
  }
}
