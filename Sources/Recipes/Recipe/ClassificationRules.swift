import PETL

/// Telling the class of an image, or of a text.
enum ClassificationRules: TaskRules {
  static let task = Recipe.Task.classification
  static let hasTowers = false
  static let takers = "set task: retrieval"

  static func check(_ sections: TaskSections) {
    let (backbone, data) = (sections.backbone, sections.data)
    let hints = ["set task: retrieval"]
    if data.section.source == .text {
      TextRules.check(sections)
      TextRules.refuse(
        TextRecipe.ofLanguageModel, sections, "is for language models", "set task: language-model")
      checkLabels(sections)
      if sections.recipe.contains("retrieval") {
        sections.recipe.report(
          "there is a section 'retrieval' in a recipe of texts", at: "retrieval",
          hints: ["remove it"])
      }
      return
    }
    if sections.recipe.contains("text") {
      sections.recipe.report(
        "there is a section 'text' in a recipe of images", at: "text",
        hints: ["set data.type: text"])
    }
    if sections.recipe.contains("retrieval") {
      sections.recipe.report(
        "there is a section 'retrieval' in a recipe of another task", at: "retrieval",
        hints: hints)
    }
    if backbone.section.precision == .stored {
      backbone.reader.report(
        "'backbone.precision: as-stored' is for language models", at: "precision",
        hints: ["choose fp32 or mixed"])
    }
    if backbone.section.type == .clip {
      backbone.reader.report(
        "'backbone.type: clip' takes both towers, which task: classification does not use",
        at: "type",
        hints: ["leave it out to classify with the image tower, or set task: retrieval"])
    }
    if data.section.source == .pairs {
      data.reader.report("images with captions have no classes", at: "type", hints: hints)
    }
    for key in ["tokenizer", "text_heads"] where backbone.reader.contains(key) {
      backbone.reader.report("'backbone.\(key)' is for task: retrieval", at: key, hints: hints)
    }
  }

  /// Labels of other kinds, and GLUE's files, leave no use for some options.
  private static func checkLabels(_ sections: TaskSections) {
    guard let (reader, text) = sections.text else { return }
    func refuse(_ key: String, in reader: OptionReader, _ reason: String) {
      if reader.contains(key) { reader.report(reason, at: key, hints: ["remove it"]) }
    }
    if text.glue != nil {
      for key in TextRecipe.ofFiles {
        refuse(key, in: reader, "'text.\(key)' is what text.glue says already")
      }
    }
    let kind = text.glue == .stsb ? .number : text.labels
    guard kind != .classes else { return }
    refuse(
      "loss", in: sections.recipe,
      "'loss' is for one class a text; text.labels: \(kind.rawValue) has its own loss")
    refuse("shots", in: sections.data.reader, "'data.shots' is for one class a text")
  }
}
