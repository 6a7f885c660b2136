public import PETL

/// A network whose tokens all see each other: BERT, RoBERTa, DistilBERT, DeBERTa.
public final class TextEncoder: AdaptableNetwork {
  /// Its sizes.
  public let configuration: LanguageConfiguration
  /// All of its weights without a head, with names in timm's manner.
  public let weights: [BackboneWeight]
  /// The weights that are trained; none of a frozen network.
  public let parameters: [(name: String, parameter: Parameter)]
  /// What the user should know, a sentence each.
  public let notes: [Note]
  private let body: LanguageBody

  init(_ configuration: LanguageConfiguration, weights: WeightProvider, notes: [Note]) {
    self.configuration = configuration
    self.notes = notes
    let table = weights.weight(
      "token_embedding.weight", [configuration.vocabulary, configuration.width])
    body = LanguageBody(configuration, embedding: .table(table), weights)
    (self.weights, parameters) = (weights.all, weights.parameters)
  }

  /// The length of a token's vector.
  public var width: Int { configuration.width }

  /// Every place that an adapter can be attached to.
  public var sites: [AdaptationSite] { configuration.sites }

  /// The hidden states of texts.
  ///
  /// - Parameters:
  ///   - batch: the tokens, at most `configuration.longestText` each.
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
}
