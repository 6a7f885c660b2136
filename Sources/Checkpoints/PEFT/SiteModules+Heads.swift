import PETL

/// The heads of classes of language models in transformers.
extension SiteModules {
  /// The path of the map before the last of a head of classes; nil where the last is the only one.
  public var pooler: String? {
    switch name {
    case Self.bert.name: root + "pooler.dense"
    case Self.roberta.name: "classifier.dense"
    case Self.distilbert.name: "pre_classifier"
    case Self.deberta.name: "pooler.dense"
    default: nil
    }
  }

  /// Whether the library keeps the weights of its maps [in, out], as GPT-2's `Conv1D` does.
  public var isTransposed: Bool { name == Self.gpt2.name }

  /// The naming of a language model of which most of these tensors of an adapter are maps, with or without its
  /// root; nil when there is none.
  public static func detectedLanguage(inTensors names: some Collection<String>) -> SiteModules? {
    // A tensor's own name is one part or two, `lora_A.weight`; which, only its method knows.
    let paths = names.flatMap { name in
      let parts = name.split(separator: ".", omittingEmptySubsequences: false)
      return [1, 2].map { parts.dropLast($0).joined(separator: ".") }
    }
    return detected(among: (languages + [gpt2MLX]).flatMap { [$0, $0.bare] }) { naming in
      paths.count { naming.place(of: $0) != nil }
    }
  }

  /// Whether this is the naming of a language model.
  public var isOfLanguage: Bool { (Self.languages + [Self.gpt2MLX]).contains { $0.name == name } }

  /// What a folder of PEFT's says of the model.
  ///
  /// - Parameter hasHead: Whether it tells classes apart.
  /// - Returns: Nothing of an image network.
  public func task(hasHead: Bool) -> PEFTTask {
    guard isOfLanguage else { return PEFTTask() }
    // PEFT has no type of models that fill in masked tokens.
    let whole = pooler == nil ? "CAUSAL_LM" : nil
    return PEFTTask(
      type: hasHead ? "SEQ_CLS" : isRooted ? whole : "FEATURE_EXTRACTION",
      isTransposed: isTransposed,
      headModule: name == Self.roberta.name ? "classifier" : nil)
  }

  /// The modules with weights that some models with these names have beside the others, so that no target means
  /// them by chance.
  public var besideModules: [String] {
    switch name {
    case Self.bert.name: ["\(root)pooler.dense", "cls.predictions.transform.dense"]
    case Self.roberta.name: ["\(root)pooler.dense", "classifier.dense", "lm_head.dense"]
    case Self.deberta.name:
      ["pooler.dense", "cls.predictions.transform.dense", "lm_predictions.lm_head.dense"]
    case Self.distilbert.name: ["pre_classifier", "vocab_transform", "vocab_projector"]
    case Self.llama.name, Self.gemma.name, Self.gpt2.name: ["lm_head"]
    default: []
    }
  }
}
