import PETL

/// The heads of classes of language models in transformers.
extension SiteModules {
  /// The path of the map before the last of a head of classes; nil where the last is the only one.
  public var pooler: String? {
    switch name {
    case Self.bert.name: root + "pooler.dense"
    case Self.roberta.name: "classifier.dense"
    case Self.distilbert.name: "pre_classifier"
    default: nil
    }
  }

  /// Whether the library keeps the weights of its maps [in, out], as GPT-2's `Conv1D` does.
  public var isTransposed: Bool { name == Self.gpt2.name }

  /// What a folder of PEFT's says of the model.
  ///
  /// - Parameter hasHead: Whether it tells classes apart.
  /// - Returns: Nothing of an image network.
  public func task(hasHead: Bool) -> PEFTTask {
    guard Self.languages.contains(where: { $0.name == name }) else { return PEFTTask() }
    let isEncoder = pooler != nil
    let type =
      hasHead ? "SEQ_CLS" : isEncoder || !isRooted ? "FEATURE_EXTRACTION" : "CAUSAL_LM"
    return PEFTTask(
      type: type, isTransposed: isTransposed,
      headModule: name == Self.roberta.name ? "classifier" : nil)
  }

  /// The modules with weights that some models with these names have beside the others, so that no target means
  /// them by chance.
  public var besideModules: [String] {
    switch name {
    case Self.bert.name: ["\(root)pooler.dense", "cls.predictions.transform.dense"]
    case Self.roberta.name: ["\(root)pooler.dense", "classifier.dense", "lm_head.dense"]
    case Self.distilbert.name: ["pre_classifier", "vocab_transform", "vocab_projector"]
    case Self.llama.name, Self.gemma.name, Self.gpt2.name: ["lm_head"]
    default: []
    }
  }
}
