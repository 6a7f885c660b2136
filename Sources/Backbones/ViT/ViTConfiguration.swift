import PETL

/// The sizes of a Vision Transformer in timm's architecture (pre-norm; Dosovitskiy et al., arXiv
/// 2010.11929).
public struct ViTConfiguration: Sendable, Hashable {
  /// The side of an image in pixels.
  public var imageSize: Int
  /// The side of a patch in pixels.
  public var patchSize: Int
  /// The length of a token.
  public var width: Int
  /// How many blocks there are.
  public var depth: Int
  /// How many heads attention has; divides the width.
  public var heads: Int
  /// The width inside the MLP.
  public var mlpWidth: Int
  /// Whether a learned class token is prepended; without one the mean of the tokens is the feature.
  public var hasClassToken: Bool
  /// Whether the mean of the tokens is the feature although there is a class token.
  public var averagesTokens = false
  /// Whether that mean is of all tokens, not of the patches alone.
  public var averagesPrefix = false
  /// How many register tokens stand after the class token (Darcet et al., arXiv 2309.16588).
  public var registers = 0
  /// How many of class token and registers, counted from the last, have no position of their own.
  public var unpositioned = 0
  /// Whether the maps to query, key and value have biases.
  public var hasQueryKeyValueBias = true
  /// Whether the patch embedding has a bias.
  public var hasPatchBias = true
  /// Whether the tokens are normalised before the first block (`norm_pre`, CLIP).
  public var normalizesFirst = false
  /// Whether the output of each branch is multiplied by a learned vector (LayerScale, Touvron et al.,
  /// arXiv 2103.17239; DINOv2).
  public var hasLayerScale = false
  /// What is between the two maps of the MLP.
  public var activation = Activation.gelu
  /// The ε of every layer norm: 1e-6 in timm, 1e-12 in Hugging Face's ViT.
  public var epsilon: Float

  /// Makes a configuration.
  public init(
    imageSize: Int, patchSize: Int, width: Int, depth: Int, heads: Int, mlpWidth: Int,
    hasClassToken: Bool = true, epsilon: Float = 1e-6
  ) {
    self.imageSize = imageSize
    self.patchSize = patchSize
    self.width = width
    self.depth = depth
    self.heads = heads
    self.mlpWidth = mlpWidth
    self.hasClassToken = hasClassToken
    self.epsilon = epsilon
  }

  /// The side of the grid of patches.
  public var gridSize: Int { imageSize / patchSize }
  /// How many tokens come before those of the patches: class token and registers.
  public var prefixTokens: Int { (hasClassToken ? 1 : 0) + registers }
  /// How many tokens an image becomes, class token and registers included.
  public var tokens: Int { gridSize * gridSize + prefixTokens }
  /// Whether the class token alone is the feature.
  var poolsClassToken: Bool { hasClassToken && !averagesTokens }
  /// How many tokens have positions.
  var positions: Int { tokens - unpositioned }

  /// The sizes of its blocks.
  var blockSizes: BlockSizes {
    BlockSizes(
      width: width, mlpWidth: mlpWidth, epsilon: epsilon,
      hasQueryKeyValueBias: hasQueryKeyValueBias, hasLayerScale: hasLayerScale,
      activation: activation)
  }

  /// ViT-B/16 at 224 pixels.
  public static let base16 = ViTConfiguration(
    imageSize: 224, patchSize: 16, width: 768, depth: 12, heads: 12, mlpWidth: 3072)
  /// ViT-Ti/16 at 224 pixels.
  public static let tiny16 = ViTConfiguration(
    imageSize: 224, patchSize: 16, width: 192, depth: 12, heads: 3, mlpWidth: 768)
  /// The embedded network: 32 pixels, patches of 4.
  public static let micro = ViTConfiguration(
    imageSize: 32, patchSize: 4, width: 128, depth: 6, heads: 4, mlpWidth: 512)

  /// Every place that an adapter can be attached to, layer by layer.
  public var sites: [AdaptationSite] {
    (0..<depth).flatMap { layer in
      AdaptationSite.Kind.usual.compactMap { kind in
        if kind == .embedding && layer > 0 || kind == .norm && layer < depth - 1 { return nil }
        let patch = 3 * patchSize * patchSize
        return AdaptationSite(
          kind: kind, layer: layer,
          inputWidth: kind == .fc2 ? mlpWidth : kind == .embedding ? patch : width,
          outputWidth: kind == .fc1 ? mlpWidth : width, heads: heads,
          grid: TokenGrid(
            rows: gridSize, columns: gridSize, prefixTokens: kind == .embedding ? 0 : prefixTokens))
      }
    }
  }

  /// What is wrong with the sizes, a sentence each.
  public var problems: [String] {
    var found: [String] = []
    let sizes = [imageSize, patchSize, width, depth, heads, mlpWidth]
    if sizes.contains(where: { $0 < 1 }) { return ["every size of a ViT is at least 1"] }
    let beyond = limitProblems
    if !beyond.isEmpty { return beyond }
    if width % heads != 0 { found.append("\(heads) heads do not divide width \(width)") }
    if imageSize % patchSize != 0 {
      found.append("patches of \(patchSize) px do not divide images of \(imageSize) px")
    }
    if !(epsilon > 0 && epsilon.isFinite) {
      found.append("the ε of layer norms is a positive number, not \(epsilon)")
    }
    return found
  }

  /// The sizes that are beyond what is taken from a file or a recipe.
  private var limitProblems: [String] {
    let beyond = NetworkLimits.problems([
      ("the side of images", imageSize, NetworkLimits.imageSize),
      ("the side of patches", patchSize, NetworkLimits.patchSize),
      ("the width", width, NetworkLimits.width), ("the depth", depth, NetworkLimits.depth),
      ("the width inside the MLP", mlpWidth, NetworkLimits.mlpWidth),
      ("the number of registers", registers, NetworkLimits.tokens),
    ])
    if !beyond.isEmpty { return beyond }
    return [
      NetworkLimits.tokenProblem(
        grid: gridSize, width: width, imageSize: imageSize, most: NetworkLimits.tokens)
    ].compactMap { $0 }
  }
}
