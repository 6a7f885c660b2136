public import PETL

/// A network that predicts the next token: Llama and its kin, GPT-2.
public final class Decoder: AdaptableNetwork {
  /// Its sizes.
  public let configuration: LanguageConfiguration
  /// All of its weights without a head, with names in timm's manner.
  public let weights: [BackboneWeight]
  /// The weights that are trained; none of a frozen network.
  public let parameters: [(name: String, parameter: Parameter)]
  /// What the user should know, a sentence each.
  public let notes: [Note]
  /// The map from a hidden state to the logits of the vocabulary, [vocabulary, width]; nil of weights
  /// without one.
  package let headWeight: (any FrozenMap)?
  private let body: LanguageBody

  init(
    _ configuration: LanguageConfiguration, embedding: TokenEmbedding,
    headWeight: (any FrozenMap)?, weights: WeightProvider, notes: [Note]
  ) {
    (self.configuration, self.headWeight, self.notes) = (configuration, headWeight, notes)
    body = LanguageBody(configuration, embedding: embedding, weights)
    (self.weights, parameters) = (weights.all, weights.parameters)
  }

  /// The length of a token's vector.
  public var width: Int { configuration.width }

  /// Every place that an adapter can be attached to.
  public var sites: [AdaptationSite] { configuration.sites }

  /// Whether it has a head, without which it has hidden states alone.
  public var hasHead: Bool { headWeight != nil }

  /// The normalised hidden states of texts.
  ///
  /// - Parameters:
  ///   - batch: the tokens.
  ///   - adapters: what is attached to the sites.
  ///   - pass: whether this is training, and where subspaces are left.
  /// - Returns: [texts, tokens, width]; the rows after a text's end stand for nothing.
  public func hidden(_ batch: TokenBatch, adapters: AdapterSet, pass: ForwardPass) -> Tensor {
    body.hidden(batch, adapters: adapters, pass: pass)
  }

  /// The weight and bias of a site's map.
  public func map(at site: AdaptationSite) -> (weight: Tensor, bias: Tensor)? {
    body.map(at: site)
  }

  /// The head, whose absence only a mistake in a program overlooks.
  private var head: any FrozenMap {
    guard let headWeight else {
      stopProgram("These weights have no head that predicts tokens (Decoder.hasHead).")
    }
    return headWeight
  }
}

extension Decoder {
  /// The cross-entropy of the tokens to predict: its sum over all that count, divided by a number.
  ///
  /// The logits of all tokens are never in memory at once.
  ///
  /// - Parameters:
  ///   - hidden: what `hidden` gave.
  ///   - targets: the next token of each row, as `TokenBatch.targets` gives them; nil where none counts.
  ///   - count: what the sum is divided by: the counted tokens of the whole step, over all its parts.
  /// - Returns: a scalar, nats a token.
  public func loss(_ hidden: Tensor, targets: [Int?], dividingBy count: Int) -> Tensor {
    require(count > 0, "A loss is divided by the tokens that count, not by \(count).")
    return hidden.vocabularyLoss(head: head, targets: targets, dividingBy: Float(count))
  }

  /// The log-probability of each target, without a gradient; 0 for a row without one.
  ///
  /// - Parameters:
  ///   - hidden: what `hidden` gave.
  ///   - targets: the next token of each row; nil where none counts.
  /// - Returns: one for each row.
  public func logProbabilities(_ hidden: Tensor, targets: [Int?]) -> [Float] {
    hidden.vocabularyLogProbabilities(head: head, targets: targets)
  }

  /// How well some tokens are predicted, without a gradient.
  ///
  /// - Parameters:
  ///   - rows: hidden states, [rows, width].
  ///   - targets: the next token of each.
  /// - Returns: for each row the log-probability of its target, and whether no token is more probable.
  public func predictions(
    _ rows: Tensor, targets: [Int]
  ) -> [(logProbability: Float, isLargest: Bool)] {
    rows.vocabularyPredictions(head: head, targets: targets)
  }

  /// The logits of some hidden states, for few rows: they are all in memory.
  ///
  /// - Parameter rows: [rows, width].
  /// - Returns: [rows, vocabulary].
  public func logits(_ rows: Tensor) -> Tensor { rows.mapped(by: head) }

  /// Takes new tokens of each text in, whole prompts at first and then one token each, and predicts the next.
  ///
  /// No gradient is recorded.
  ///
  /// - Parameters:
  ///   - batch: the new tokens of each text of the cache, at least one.
  ///   - cache: what was there before; the new tokens are added to it.
  ///   - adapters: what is attached to the sites.
  /// - Returns: the logits after the last token of each text, [texts, vocabulary].
  public func next(
    _ batch: TokenBatch, cache: KeyValueCache, adapters: AdapterSet = .none
  ) -> Tensor {
    noGradient {
      cache.reserve(batch, configuration)
      let pass = ForwardPass(
        isTraining: false, images: batch.count, generator: RandomGenerator(seed: 0),
        recordsSubspaces: false)
      let x = body.hidden(batch, adapters: adapters, pass: pass, cache: cache)
      cache.advance(batch.lengths)
      return logits(batch.pooled(x, by: .last))
    }
  }
}
