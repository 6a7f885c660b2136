import PETL

/// The frozen network of a recipe.
public struct BackboneRecipe: PluginOptions {
  /// The families of networks.
  public enum Family: String, CaseIterable, Sendable {
    /// Whatever the weights are of.
    case auto
    /// A Vision Transformer.
    case vit
    /// A Swin Transformer.
    case swin
    /// Both towers of a CLIP, for retrieval.
    case clip
  }

  /// The function in the MLPs of a Vision Transformer.
  public enum MLPActivation: String, CaseIterable, Sendable {
    /// What the file's folder says, or else what its naming usually has.
    case auto
    /// x Φ(x).
    case gelu
    /// x σ(1.702 x), OpenAI's CLIP.
    case quickGELU = "quick-gelu"
    /// The approximation of x Φ(x) by the hyperbolic tangent, SigLIP.
    case geluTanh = "gelu-tanh"
    /// max(x, 0).
    case relu
    /// x σ(x).
    case silu
  }

  /// Whose rule resamples positions to another image size.
  public enum PositionResampling: String, CaseIterable, Sendable {
    /// Bicubic with antialias, as open_clip too.
    case timm
    /// Bicubic without antialias.
    case transformers
  }

  /// The family.
  public var type = Family.auto
  /// `embedded:NAME` or a path.
  public var weights = ""
  /// The side of the images in pixels; nil for the size of the weights.
  public var imageSize: Int?
  /// The heads of attention; nil to take them from the file, or else width / 64.
  public var heads: Int?
  /// The heads of a CLIP's text tower; nil to take them from the file's folder, or else width / 64.
  public var textHeads: Int?
  /// The vocabulary of a CLIP's text tower; nil for the one beside the weights.
  public var tokenizer: String?
  /// The ε of layer norms; nil to take it from the file or its folder, or else the library's usual.
  public var epsilon: Double?
  /// The function in the MLPs.
  public var activation = MLPActivation.auto
  /// How positions are resampled to another image size; nil for as the library of the names does.
  public var positionResampling: PositionResampling?
  /// The drop-path of the last block while training.
  public var dropPath = 0.0
  /// How the frozen weights are stored and multiplied.
  public var precision = WeightPrecision.single
  /// Where the weights are named.
  @Place public var span: SourceSpan?
  /// Where the image size stands.
  @Place public var imageSpan: SourceSpan?

  /// The defaults, of no weights.
  public init() {}

  /// Makes the section of the network in code.
  ///
  /// - Parameters:
  ///   - weights: `embedded:NAME` or a path.
  ///   - change: sets everything else that is not to have its default.
  public init(weights: String, _ change: (inout BackboneRecipe) -> Void = { _ in }) {
    self.weights = weights
    change(&self)
  }
}
