public import PETL

/// The head that Hugging Face puts on a language model to tell classes apart.
///
/// | network | of a text's feature |
/// |---|---|
/// | BERT | classifier(tanh(pooler([CLS]))) |
/// | RoBERTa | out_proj(tanh(dense(`<s>`))) |
/// | DistilBERT | classifier(relu(pre_classifier([CLS]))) |
/// | DeBERTa-v2 | classifier(gelu(pooler([CLS]))) |
/// | decoders | score(the last token), without a bias |
public struct TextHead {
  /// The first map, [width, width] and [width]; nil of a decoder.
  public var pooler: (weight: Tensor, bias: Tensor)?
  /// The last map, [classes, width].
  public var weight: Tensor
  /// Its bias, [classes]; nil of a decoder.
  public var bias: Tensor?
  /// The network that it is for.
  public let family: LanguageFamily

  /// Takes the weights of a head, trained or not.
  ///
  /// - Parameters:
  ///   - family: the network that it is for.
  ///   - pooler: the first map; nil of a decoder.
  ///   - weight: the last map.
  ///   - bias: its bias; nil of a decoder.
  public init(
    _ family: LanguageFamily, pooler: (weight: Tensor, bias: Tensor)?, weight: Tensor,
    bias: Tensor?
  ) {
    (self.family, self.pooler, self.weight, self.bias) = (family, pooler, weight, bias)
  }

  /// The token that a text's feature is taken from.
  public var pooling: TextPooling { family.isDecoder ? .last : .first }

  /// The logits of texts.
  ///
  /// - Parameter features: [texts, width], what `TokenBatch.pooled` gives of the hidden states by `pooling`.
  /// - Returns: [texts, classes].
  public func callAsFunction(_ features: Tensor) -> Tensor {
    var x = features
    if let pooler {
      x = x.linear(weight: pooler.weight, bias: pooler.bias)
      switch family {
      case .distilbert: x = x.relu()
      case .debertaV2: x = x.gelu()
      default: x = x.tanh()
      }
    }
    return x.linear(weight: weight, bias: bias)
  }
}

extension LanguageCheckpoint {
  /// The head of classes that came with the weights; nil without one.
  ///
  /// - Returns: its weights, frozen.
  /// - Throws: `DiagnosticError` when a tensor is missing or cannot be read.
  public func classHead() throws -> TextHead? {
    guard let classes else { return nil }
    let (width, family) = (configuration.width, configuration.family)
    if family.isDecoder {
      return TextHead(
        family, pooler: nil, weight: try values(of: "score.weight", shape: [classes, width]),
        bias: nil)
    }
    return TextHead(
      family,
      pooler: (
        try values(of: "pooler.weight", shape: [width, width]),
        try values(of: "pooler.bias", shape: [width])
      ), weight: try values(of: "head.weight", shape: [classes, width]),
      bias: try values(of: "head.bias", shape: [classes]))
  }

  /// The pooler that came with the weights, which may be there without classes; nil without one.
  ///
  /// - Returns: [width, width] and [width].
  /// - Throws: `DiagnosticError` when a tensor cannot be read.
  public func pooler() throws -> (weight: Tensor, bias: Tensor)? {
    guard !configuration.family.isDecoder, tensors.has("pooler.weight"), tensors.has("pooler.bias")
    else { return nil }
    let width = configuration.width
    return (
      try values(of: "pooler.weight", shape: [width, width]),
      try values(of: "pooler.bias", shape: [width])
    )
  }
}
