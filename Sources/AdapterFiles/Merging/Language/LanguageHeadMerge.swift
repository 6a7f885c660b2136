import Backbones
import Checkpoints
import PETL

/// The head of classes of an adapter, put into the weights: they are those of transformers' model for
/// classification then.
struct LanguageHeadMerge {
  /// What the config.json says then.
  let description: JSONValue
  private let added: [TensorRecord]
  /// What is put before the names of a bare network.
  private let prefix: String
  /// The beginnings of the names of other heads, which are left out.
  private let others: [String]

  /// Plans it.
  ///
  /// - Parameters:
  ///   - head: The head, with its pooler.
  ///   - classes: The names of its classes, where the adapter says them.
  ///   - checkpoint: The weights.
  ///   - said: What their config.json says.
  /// - Throws: `DiagnosticError` when the weights are in a model of another kind.
  init(
    _ head: TextHead, classes: [String]?, into checkpoint: LanguageCheckpoint, _ said: JSONValue
  ) throws {
    let names = SiteModules(head.family)
    guard ["", names.root].contains(checkpoint.prefix) else {
      throw DiagnosticError(
        "\(checkpoint.store.name): a model whose names begin with '\(checkpoint.prefix)' has no head of classes",
        hints: ["--head keep merges the adapter alone"])
    }
    let type = checkpoint.store.entries.map(\.type).first { $0 != .i64 } ?? .f32
    added = head.named(names).compactMap {
      .floating($0.name, as: type, shape: $0.shape, $0.values)
    }
    prefix = checkpoint.prefix.isEmpty ? names.root : ""
    let pooler = head.family == .roberta ? [names.root + "pooler."] : []
    others =
      [
        "lm_head.", "cls.", "vocab_transform.", "vocab_layer_norm.", "vocab_projector.",
        "lm_predictions.", "mask_predictions.",
      ] + pooler
    description = try Self.described(said, head, classes, checkpoint)
  }

  /// The weights with the head.
  func weights(_ weights: MergedWeights) -> MergedWeights {
    let heads = Set(added.map(\.name))
    return weights.adding(added) { name in
      let isHead =
        heads.contains(name) || ["score.", "classifier."].contains(where: name.hasPrefix)
      let own = isHead || others.contains(where: name.hasPrefix) ? name : prefix + name
      return others.contains(where: own.hasPrefix) ? nil : own
    }
  }

  private static func described(
    _ said: JSONValue, _ head: TextHead, _ names: [String]?, _ checkpoint: LanguageCheckpoint
  ) throws -> JSONValue {
    let classes: [String: String] = [
      "llama": "Llama", "mistral": "Mistral", "qwen2": "Qwen2", "qwen3": "Qwen3",
      "gemma3_text": "Gemma3Text", "gpt2": "GPT2", "bert": "Bert", "roberta": "Roberta",
      "distilbert": "DistilBert", "xlm-roberta": "XLMRoberta", "camembert": "Camembert",
      "deberta-v2": "DebertaV2",
    ]
    let type = said["model_type"]?.text ?? ""
    guard let name = classes[type] else {
      throw DiagnosticError("there is no model for classification of '\(type)'")
    }
    let architecture = JSONValue.string(name + "ForSequenceClassification")
    var said = said.setting("architectures", .array([architecture]))
    let count = head.weight.shape[0]
    if names != nil || checkpoint.description.labels?.count != count {
      let labels = names ?? (0..<count).map { "LABEL_\($0)" }
      said = said.setting(
        "id2label",
        .object(labels.enumerated().map { .init("\($0)", .string($1)) })
      ).setting("label2id", .object(labels.enumerated().map { .init($1, .integer($0)) }))
    }
    return said
  }
}

extension JSONValue {
  /// The same object with another value of a member, at its place or else at the end.
  func setting(_ name: String, _ value: JSONValue) -> JSONValue {
    var members = self.members ?? []
    if let place = members.firstIndex(where: { $0.name == name }) {
      members[place] = Member(name, value)
    } else {
      members.append(Member(name, value))
    }
    return .object(members)
  }
}
