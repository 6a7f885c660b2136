public import PETL

/// The sizes and choices of a language model: what of its `config.json` changes an answer.
public struct LanguageConfiguration: Sendable, Hashable {
  /// The function in the MLPs, and whether a gate is multiplied in.
  public enum Feedforward: Sendable, Hashable {
    /// down(f(up x)).
    case plain(Activation)
    /// down(f(gate x) · up x).
    case gated(Activation)
  }

  /// The kind of network.
  public var family: LanguageFamily
  /// How many tokens the vocabulary has.
  public var vocabulary: Int
  /// The most tokens of a text that the network was made for.
  public var context: Int
  /// The length of a token's vector.
  public var width: Int
  /// How many blocks there are.
  public var depth: Int
  /// How many heads of queries attention has.
  public var heads: Int
  /// How many heads of keys and values it has; divides the heads.
  public var keyValueHeads: Int
  /// The length of a head.
  public var headWidth: Int
  /// The width inside the MLP.
  public var mlpWidth: Int
  /// What is in the MLP.
  public var feedforward: Feedforward
  /// The ε of the norms.
  public var epsilon: Float
  /// Whether the maps to query, key and value have biases.
  public var hasQueryKeyValueBias = false
  /// Whether the map after attention has a bias.
  public var hasOutputBias = false
  /// Whether the maps of the MLP have biases.
  public var hasMLPBias = false
  /// Whether each head's query and key are normalised before they are turned.
  public var normalizesQueryAndKey = false
  /// The rotary positions of a layer, nil for learned ones.
  public var rotary: [RotaryPositions?]
  /// How many tokens a layer's queries see, nil for all.
  public var windows: [Int?]
  /// The rows of the table of learned positions; nil for rotary ones.
  public var learnedPositions: Int?
  /// The relative positions in attention; nil without.
  public var relativePositions: RelativePositions?
  /// The row of the first token in the table of learned positions: 2 in RoBERTa.
  public var firstPosition = 0
  /// How many types of tokens there are; 0 without.
  public var tokenTypes = 0
  /// What embeddings are multiplied by: √width in Gemma.
  public var embeddingScale: Float = 1
  /// What the scores of attention are multiplied by; nil for 1 / √(length of a head).
  public var attentionScale: Float?
  /// Whether the head is the table of embeddings.
  public var isTied = false
  /// The token that texts begin with.
  public var startToken: Int?
  /// The tokens that end a text.
  public var endTokens: [Int] = []
  /// The token that texts are filled up with elsewhere.
  public var padToken: Int?

  /// Makes a configuration without biases, with all that is not said as in the first Llama.
  public init(
    family: LanguageFamily, vocabulary: Int, context: Int, width: Int, depth: Int, heads: Int,
    keyValueHeads: Int? = nil, headWidth: Int? = nil, mlpWidth: Int,
    feedforward: Feedforward = .gated(.silu), epsilon: Float = 1e-6
  ) {
    (self.family, self.vocabulary, self.context) = (family, vocabulary, context)
    (self.width, self.depth, self.heads) = (width, depth, heads)
    self.keyValueHeads = keyValueHeads ?? heads
    self.headWidth = headWidth ?? width / max(1, heads)
    (self.mlpWidth, self.feedforward, self.epsilon) = (mlpWidth, feedforward, epsilon)
    let layers = min(max(0, depth), NetworkLimits.depth)
    rotary = Array(repeating: nil, count: layers)
    windows = Array(repeating: nil, count: layers)
  }

  /// The norms: after each branch in encoders, around it in Gemma, before it in other decoders.
  enum NormOrder { case before, around, after }

  var normOrder: NormOrder {
    switch family {
    case .bert, .roberta, .distilbert, .debertaV2: .after
    case .gemma3: .around
    case .llama, .mistral, .qwen2, .qwen3, .gpt2: .before
    }
  }

  /// Whether norms are by the root mean square; else layer norms.
  var hasRMSNorms: Bool { family.isDecoder && family != .gpt2 }

  /// Whether norms multiply by 1 + weight.
  var normsAddOne: Bool { family == .gemma3 }

  /// Whether query, key and value are one tensor of the file.
  var isFused: Bool { family == .gpt2 }

  var isGated: Bool { if case .gated = feedforward { true } else { false } }
}

extension LanguageConfiguration {
  /// The most tokens of a text that there are positions for; nil where positions are rotary or relative,
  /// and longer texts than `context` are only likely to be understood badly.
  public var longestText: Int? { learnedPositions.map { max(0, $0 - firstPosition) } }
}
