import PETL

/// Predicting the next token of texts.
enum LanguageModelRules: TaskRules {
  static let task = Recipe.Task.languageModel
  static let hasTowers = false
  static let takers =
    "petl run, validate, sweep and evaluate take recipes of language-model; the adapter in RUN/adapter goes "
    + "with petl generate and evaluate --weights"

  static func check(_ sections: TaskSections) {
    let data = sections.data
    for key in ["loss", "retrieval"] where sections.recipe.contains(key) {
      sections.recipe.report(
        "'\(key)' is of another task; a language model is trained by the cross-entropy of its tokens",
        at: key, hints: ["remove it"])
    }
    if data.section.source != .text {
      data.reader.report(
        "task: language-model needs texts, not data of type '\(data.section.source.rawValue)'",
        at: "type", hints: ["set type: text and path: FILE.jsonl or FILE.txt"])
    }
    TextRules.check(sections)
    TextRules.refuse(
      TextRecipe.ofClassification, sections, "is for texts with labels", "set task: classification")
    for key in ["shots", "classes"] where data.reader.contains(key) {
      data.reader.report(
        "'data.\(key)' is for examples with classes", at: key, hints: ["remove it"])
    }
  }
}

/// What data of type text demand of the other sections, whatever the task.
enum TextRules {
  /// Reports what is of images.
  static func check(_ sections: TaskSections) {
    let (reader, backbone) = sections.backbone
    if backbone.type != .auto {
      reader.report(
        "'backbone.type: \(backbone.type.rawValue)' is a network for images", at: "type",
        hints: ["leave it out: the weights say what they are"])
    }
    let ofImages: [(key: String, isSet: Bool)] = [
      ("image_size", backbone.imageSize != nil), ("heads", backbone.heads != nil),
      ("text_heads", backbone.textHeads != nil), ("tokenizer", backbone.tokenizer != nil),
      ("epsilon", backbone.epsilon != nil), ("activation", backbone.activation != .auto),
      ("position_resampling", backbone.positionResampling != nil),
      ("drop_path", backbone.dropPath != 0),
    ]
    for (key, isSet) in ofImages where isSet {
      reader.report(
        "'backbone.\(key)' is for networks of images; a language model's folder says it all",
        at: key,
        hints: ["remove it"])
    }
  }

  /// Reports options of the section `text` that are of another task.
  static func refuse(
    _ keys: [String], _ sections: TaskSections, _ reason: String, _ hint: String
  ) {
    guard let reader = sections.text?.reader else { return }
    for key in keys where reader.contains(key) {
      reader.report("'text.\(key)' \(reason)", at: key, hints: ["remove it, or \(hint)"])
    }
  }
}
