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
