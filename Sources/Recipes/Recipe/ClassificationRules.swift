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
}
