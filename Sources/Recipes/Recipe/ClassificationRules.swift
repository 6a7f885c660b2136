import PETL

/// Telling the class of an image.
enum ClassificationRules: TaskRules {
  static let task = Recipe.Task.classification
  static let hasTowers = false
  static let takers = "set task: retrieval"

  static func check(_ sections: TaskSections) {
    let (backbone, data) = (sections.backbone, sections.data)
    let hints = ["set task: retrieval"]
    if sections.recipe.contains("retrieval") {
      sections.recipe.report(
        "there is a section 'retrieval' in a recipe of another task", at: "retrieval",
        hints: hints)
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
