public import PETL

/// The sizes of a Swin Transformer (Liu et al., arXiv 2103.14030) as timm has it.
public struct SwinConfiguration: Sendable, Hashable {
  /// One stage: blocks at one resolution.
  public struct Stage: Sendable, Hashable {
    /// How many blocks it has.
    public var depth: Int
    /// How many heads attention has.
    public var heads: Int
    /// The width inside the MLP.
    public var mlpWidth: Int

    /// Describes a stage.
    public init(depth: Int, heads: Int, mlpWidth: Int) {
      (self.depth, self.heads, self.mlpWidth) = (depth, heads, mlpWidth)
    }
  }

  /// The side of an image in pixels.
  public var imageSize: Int
  /// The side of a patch in pixels.
  public var patchSize: Int
  /// The length of a token in the first stage; it doubles with each stage.
  public var width: Int
  /// The side of a window in tokens.
  public var window: Int
  /// The stages, from fine to coarse.
  public var stages: [Stage]
  /// The ε of the norms of the blocks and of the last one.
  public var epsilon: Float
  /// The ε of the norms of embedding and merging: Hugging Face's is 1e-5 whatever the other is.
  public var embeddingEpsilon: Float

  /// Makes a configuration.
  public init(
    imageSize: Int, patchSize: Int, width: Int, window: Int, stages: [Stage],
    epsilon: Float = 1e-5
  ) {
    self.imageSize = imageSize
    self.patchSize = patchSize
    self.width = width
    self.window = window
    self.stages = stages
    self.epsilon = epsilon
    embeddingEpsilon = epsilon
  }

  /// How many blocks there are in all stages.
  public var depth: Int { stages.reduce(0) { $0 + $1.depth } }
  /// The length of a token in the last stage, and of a feature vector.
  public var featureWidth: Int { width << (stages.count - 1) }

  /// The side of a stage's grid of tokens.
  func grid(_ stage: Int) -> Int { (imageSize / patchSize) >> stage }
  /// The length of a token in a stage.
  func width(_ stage: Int) -> Int { width << stage }
  /// The side of a stage's windows: the whole grid where that is no larger.
  func window(_ stage: Int) -> Int { min(window, grid(stage)) }

  /// Stage and block of each layer, in order.
  var layers: [(stage: Int, block: Int)] {
    stages.indices.flatMap { stage in (0..<stages[stage].depth).map { (stage, $0) } }
  }

  /// Every place that an adapter can be attached to, layer by layer; prompts have none.
  ///
  /// The rows of attention's own maps are in windows, not in the order of the image.
  public var sites: [AdaptationSite] {
    let inWindows: Set<AdaptationSite.Kind> = [.query, .key, .value, .output]
    return layers.enumerated().flatMap { layer, place in
      AdaptationSite.Kind.usual.compactMap { kind in
        let isOther =
          kind == .tokens || kind == .embedding && layer > 0 || kind == .norm && layer < depth - 1
        if isOther { return nil }
        let (own, hidden) = (width(place.stage), stages[place.stage].mlpWidth)
        let patch = 3 * patchSize * patchSize
        let side = grid(place.stage)
        return AdaptationSite(
          kind: kind, layer: layer,
          inputWidth: kind == .fc2 ? hidden : kind == .embedding ? patch : own,
          outputWidth: kind == .fc1 ? hidden : own, heads: stages[place.stage].heads,
          grid: inWindows.contains(kind) ? nil : TokenGrid(rows: side, columns: side))
      }
    }
  }

  /// What is wrong with the sizes, a sentence each.
  public var problems: [String] {
    let sizes =
      [imageSize, patchSize, width, window]
      + stages.flatMap {
        [$0.depth, $0.heads, $0.mlpWidth]
      }
    if stages.isEmpty || sizes.contains(where: { $0 < 1 }) {
      return ["every size of a Swin Transformer is at least 1"]
    }
    let beyond = limitProblems
    if !beyond.isEmpty { return beyond }
    var found: [String] = []
    for (index, stage) in stages.enumerated() where width(index) % stage.heads != 0 {
      found.append("\(stage.heads) heads do not divide width \(width(index))")
    }
    let coarsest = patchSize << (stages.count - 1)
    let fits =
      imageSize % coarsest == 0
      && stages.indices.allSatisfy { grid($0) % window($0) == 0 }
    if !fits {
      found.append(
        "images of \(imageSize) px do not divide into windows of \(window) tokens in every stage")
    }
    if !(epsilon > 0 && epsilon.isFinite) {
      found.append("the ε of layer norms is a positive number, not \(epsilon)")
    }
    return found
  }

  /// The sizes that are beyond what is taken from a file or a recipe.
  private var limitProblems: [String] {
    let beyond = NetworkLimits.problems(
      [
        ("the number of stages", stages.count, NetworkLimits.stages),
        ("the side of images", imageSize, NetworkLimits.imageSize),
        ("the side of patches", patchSize, NetworkLimits.patchSize),
        ("the width", width, NetworkLimits.width >> max(0, min(stages.count - 1, 8))),
        ("the side of windows", window, NetworkLimits.imageSize),
      ]
        + stages.flatMap {
          [
            ("the depth of a stage", $0.depth, NetworkLimits.depth),
            ("the width inside the MLP", $0.mlpWidth, NetworkLimits.mlpWidth),
          ]
        })
    if !beyond.isEmpty { return beyond }
    return [
      NetworkLimits.tokenProblem(
        grid: grid(0), width: width, imageSize: imageSize, most: NetworkLimits.windowedTokens)
    ].compactMap { $0 }
  }

  /// The tensors of the network under timm's names, in timm's order, without a head.
  func tensors() -> [(name: String, shape: [Int])] {
    var list: [(name: String, shape: [Int])] = [
      ("patch_embed.proj.weight", [width, 3, patchSize, patchSize]),
      ("patch_embed.proj.bias", [width]),
      ("patch_embed.norm.weight", [width]), ("patch_embed.norm.bias", [width]),
    ]
    for (index, stage) in stages.enumerated() {
      let own = width(index)
      if index > 0 {
        list += [
          ("layers.\(index).downsample.norm.weight", [2 * own]),
          ("layers.\(index).downsample.norm.bias", [2 * own]),
          ("layers.\(index).downsample.reduction.weight", [own, 2 * own]),
        ]
      }
      let span = 2 * window(index) - 1
      let block: [(name: String, shape: [Int])] = [
        ("norm1.weight", [own]), ("norm1.bias", [own]),
        ("attn.relative_position_bias_table", [span * span, stage.heads]),
        ("attn.qkv.weight", [3 * own, own]), ("attn.qkv.bias", [3 * own]),
        ("attn.proj.weight", [own, own]), ("attn.proj.bias", [own]),
        ("norm2.weight", [own]), ("norm2.bias", [own]),
        ("mlp.fc1.weight", [stage.mlpWidth, own]), ("mlp.fc1.bias", [stage.mlpWidth]),
        ("mlp.fc2.weight", [own, stage.mlpWidth]), ("mlp.fc2.bias", [own]),
      ]
      for number in 0..<stage.depth {
        list += block.map { ("layers.\(index).blocks.\(number).\($0.name)", $0.shape) }
      }
    }
    return list + [("norm.weight", [featureWidth]), ("norm.bias", [featureWidth])]
  }
}
