import PETL

/// Finding the caption of an image and the image of a caption.
enum RetrievalRules: TaskRules {
  static let task = Recipe.Task.retrieval
  static let hasTowers = true
  static let takers =
    "petl run, validate and evaluate take recipes of retrieval; the adapter of its image "
    + "tower, in RUN/adapter/image, is one of a Vision Transformer for every command"

  static func check(_ sections: TaskSections) {
    let (backbone, data) = (sections.backbone, sections.data)
    if sections.recipe.contains("text") {
      sections.recipe.report(
        "there is a section 'text' in a recipe of images with captions", at: "text",
        hints: ["remove it"])
    }
    if sections.recipe.contains("loss") {
      sections.recipe.report(
        "'loss' is of task: classification; retrieval has its contrastive loss", at: "loss",
        hints: ["remove it"])
    }
    if backbone.section.precision == .stored {
      backbone.reader.report(
        "'backbone.precision: as-stored' is for language models", at: "precision",
        hints: ["choose fp32 or mixed"])
    }
    if backbone.section.type != .clip, backbone.section.type != .auto {
      backbone.reader.report(
        "task: retrieval needs a text tower, which a '\(backbone.section.type.rawValue)' does not have",
        at: "type", hints: ["set type: clip"])
    }
    if data.section.augmentation.isMixing {
      data.reader.report(
        "mixup and cutmix mix the classes of images, which those with captions do not have",
        at: "augmentation", hints: ["remove them"])
    }
    if data.section.source != .pairs {
      data.reader.report(
        "task: retrieval needs images with captions, not data of type "
          + "'\(data.section.source.rawValue)'", at: "type",
        hints: ["set type: pairs and path: FILE.jsonl"])
    }
  }
}
