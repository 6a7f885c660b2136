import PETL

/// What is trained of a retrieval network beside its adapters.
public struct RetrievalRecipe: PluginOptions, Hashable {
  /// Whether a part is trained.
  public enum Training: String, CaseIterable, Sendable {
    /// It moves with the adapters.
    case learned
    /// It stays as the weights have it.
    case frozen
  }

  /// The factor of the cosines, at most 100 as in CLIP.
  public var logitScale = Training.learned
  /// The maps of both towers into their common space.
  public var projections = Training.frozen

  /// The defaults.
  public init() {}

  /// Declares the options of the section `retrieval`.
  public mutating func visit(_ options: OptionReader) {
    options.choice(
      "logit_scale", &logitScale,
      help: "the factor of the cosines, at most 100: learned or frozen")
    options.choice(
      "projections", &projections,
      help: "the maps of both towers into their common space: learned or frozen")
  }
}

extension OptionReader {
  /// Reports the parts of a recipe that are of another task.
  func reportTaskContradictions(
    _ task: Recipe.Task, _ backboneReader: OptionReader, _ backbone: BackboneRecipe,
    _ dataReader: OptionReader, _ data: DataRecipe
  ) {
    switch task {
    case .classification:
      let hints = ["set task: retrieval"]
      if contains("retrieval") {
        report(
          "there is a section 'retrieval' in a recipe of another task", at: "retrieval",
          hints: hints)
      }
      if backbone.type == .clip {
        backboneReader.report(
          "'backbone.type: clip' takes both towers, which task: classification does not use",
          at: "type",
          hints: ["leave it out to classify with the image tower, or set task: retrieval"])
      }
      if data.source == .pairs {
        dataReader.report(
          "images with captions have no classes", at: "type", hints: hints)
      }
      for key in ["tokenizer", "text_heads"] where backboneReader.contains(key) {
        backboneReader.report("'backbone.\(key)' is for task: retrieval", at: key, hints: hints)
      }
    case .retrieval:
      if backbone.type != .clip, backbone.type != .auto {
        backboneReader.report(
          "task: retrieval needs a text tower, which a '\(backbone.type.rawValue)' does not have",
          at: "type", hints: ["set type: clip"])
      }
      if data.source != .pairs {
        dataReader.report(
          "task: retrieval needs images with captions, not data of type '\(data.source.rawValue)'",
          at: "type", hints: ["set type: pairs and path: FILE.jsonl"])
      }
    }
  }
}
