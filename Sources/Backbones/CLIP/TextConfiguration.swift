import PETL

/// The sizes of CLIP's text tower (Radford et al., arXiv 2103.00020): a pre-norm transformer with a
/// causal mask, whose feature is the token that ends the text.
public struct TextConfiguration: Sendable, Hashable {
  /// How many tokens the vocabulary has.
  public var vocabulary: Int
  /// The most tokens of a text, 77 in CLIP.
  public var context: Int
  /// The length of a token's vector.
  public var width: Int
  /// How many blocks there are.
  public var depth: Int
  /// How many heads attention has; divides the width.
  public var heads: Int
  /// The width inside the MLP.
  public var mlpWidth: Int
  /// The length of what text and image are projected to.
  public var embedding: Int
  /// What is between the two maps of the MLP.
  public var activation: Activation
  /// The ε of the layer norms.
  public var epsilon: Float

  /// Makes a configuration; the defaults are those of CLIP ViT-B/16's text tower.
  public init(
    vocabulary: Int = 49_408, context: Int = 77, width: Int = 512, depth: Int = 12,
    heads: Int = 8, mlpWidth: Int = 2048, embedding: Int = 512,
    activation: Activation = .quickGELU, epsilon: Float = 1e-5
  ) {
    (self.vocabulary, self.context, self.width, self.depth) = (vocabulary, context, width, depth)
    (self.heads, self.mlpWidth, self.embedding) = (heads, mlpWidth, embedding)
    (self.activation, self.epsilon) = (activation, epsilon)
  }

  /// What is wrong with the sizes, a sentence each.
  public var problems: [String] {
    let sizes = [vocabulary, context, width, depth, heads, mlpWidth, embedding]
    if sizes.contains(where: { $0 < 1 }) { return ["every size of a text tower is at least 1"] }
    let beyond = NetworkLimits.problems([
      ("the text tower's vocabulary", vocabulary, NetworkLimits.vocabulary),
      ("the text tower's context", context, NetworkLimits.tokens),
      ("the text tower's width", width, NetworkLimits.width),
      ("the text tower's depth", depth, NetworkLimits.depth),
      ("the text tower's width inside the MLP", mlpWidth, NetworkLimits.mlpWidth),
    ])
    if !beyond.isEmpty { return beyond }
    var found: [String] = []
    if width % heads != 0 { found.append("\(heads) heads do not divide the text width \(width)") }
    if context < 2 {
      found.append("a context of \(context) has no room for start and end of a text")
    }
    if !(epsilon > 0 && epsilon.isFinite) {
      found.append("the ε of layer norms is a positive number, not \(epsilon)")
    }
    return found
  }

  /// Every place that an adapter can be attached to, layer by layer: those of a Vision Transformer but
  /// the patch embedding and the prompts.
  public var sites: [AdaptationSite] {
    (0..<depth).flatMap { layer in
      AdaptationSite.Kind.usual.compactMap { kind in
        if kind == .embedding || kind == .tokens || kind == .norm && layer < depth - 1 {
          return nil
        }
        return AdaptationSite(
          kind: kind, layer: layer, inputWidth: kind == .fc2 ? mlpWidth : width,
          outputWidth: kind == .fc1 ? mlpWidth : width, heads: heads)
      }
    }
  }

  /// The tensors of the tower without its projection, in the order in which they are asked for.
  var tensors: [(name: String, shape: [Int])] {
    let block: [(String, [Int])] = [
      ("norm1.weight", [width]), ("norm1.bias", [width]),
      ("attn.qkv.weight", [3 * width, width]), ("attn.qkv.bias", [3 * width]),
      ("attn.proj.weight", [width, width]), ("attn.proj.bias", [width]),
      ("norm2.weight", [width]), ("norm2.bias", [width]),
      ("mlp.fc1.weight", [mlpWidth, width]), ("mlp.fc1.bias", [mlpWidth]),
      ("mlp.fc2.weight", [width, mlpWidth]), ("mlp.fc2.bias", [width]),
    ]
    return [("token_embedding.weight", [vocabulary, width]), ("pos_embed", [context, width])]
      + (0..<depth).flatMap { layer in block.map { ("blocks.\(layer).\($0.0)", $0.1) } }
      + [("norm.weight", [width]), ("norm.bias", [width])]
  }

  /// The tensors without the projection, with names in timm's manner.
  public var weights: [BackboneWeight] {
    tensors.map { BackboneWeight(name: $0.name, shape: $0.shape) }
  }

  var blockSizes: BlockSizes {
    BlockSizes(width: width, mlpWidth: mlpWidth, epsilon: epsilon, activation: activation)
  }
}
