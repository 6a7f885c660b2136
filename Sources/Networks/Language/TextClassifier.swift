import Backbones
import PETL

/// A language model that gives a vector for each token, with adapters at its sites.
package protocol TextNetwork: AdaptableNetwork {
  /// Its sizes.
  var configuration: LanguageConfiguration { get }
  /// The hidden states of texts, [texts, tokens, width].
  func hidden(_ batch: TokenBatch, adapters: AdapterSet, pass: ForwardPass) -> Tensor
}

extension Decoder: TextNetwork {}
extension TextEncoder: TextNetwork {}

/// A language model with adapters on it and a head that tells classes of texts, or a number.
///
/// The head is Hugging Face's of the network, or one linear map on a pooled vector. All of it is trained, its first map
/// (the pooler) too.
public final class TextClassifier: TrainedNetwork {
  /// The network.
  package let network: any TextNetwork
  /// What is attached to it.
  public let adapters: AdapterSet
  /// What a text's vector is made of.
  public let pooling: TextPooling
  /// The first map of the head; nil of a decoder, and of one linear map.
  private let pooler: (weight: Parameter, bias: Parameter)?
  /// [outputs, width].
  private let weight: Parameter
  /// [outputs]; nil of Hugging Face's head of a decoder.
  private let bias: Parameter?

  /// The kind of network.
  public var family: LanguageFamily { network.configuration.family }
  /// How many numbers it gives for each text.
  public var outputs: Int { weight.value.shape[0] }

  /// Makes a model with a fresh head.
  ///
  /// Initialisation of the head: weights normal with deviation 0.02, biases zero, as Hugging Face's; a pooler that came
  /// with the weights is taken as it is.
  ///
  /// - Parameters:
  ///   - network: an encoder or a decoder.
  ///   - adapters: what is attached to it.
  ///   - outputs: how many numbers the head gives for each text.
  ///   - pooling: what one linear map is on; nil for Hugging Face's head.
  ///   - stored: the pooler that came with the weights; nil for a fresh one.
  ///   - generator: of the experiment.
  package init(
    network: any TextNetwork, adapters: AdapterSet, outputs: Int, pooling: TextPooling?,
    pooler stored: (weight: Tensor, bias: Tensor)?, generator: RandomGenerator
  ) {
    let (width, isDecoder) = (network.width, network.configuration.family.isDecoder)
    var stream = generator.split("head")
    func normal(_ shape: [Int]) -> Tensor {
      Tensor(stream.normal(shape[0] * shape[1], deviation: 0.02), shape: shape)
    }
    weight = Parameter("weight", normal([outputs, width]))
    bias =
      isDecoder && pooling == nil
      ? nil : Parameter("bias", .zeros([outputs]), decays: false)
    if isDecoder || pooling != nil {
      pooler = nil
    } else {
      let first = stored ?? (normal([width, width]), .zeros([width]))
      pooler = (
        Parameter("weight", first.weight), Parameter("bias", first.bias, decays: false)
      )
    }
    self.pooling = pooling ?? (isDecoder ? .last : .first)
    (self.network, self.adapters) = (network, adapters)
    network.bind(adapters)
  }

  /// The head as it is now.
  public var head: TextHead {
    TextHead(
      family, pooler: pooler.map { ($0.weight.value, $0.bias.value) }, weight: weight.value,
      bias: bias?.value)
  }

  /// Everything that is trained, with its full name, in a fixed order.
  public var parameters: [(name: String, parameter: Parameter)] {
    network.parameters + adapters.parameters + headParameters
  }

  /// The head's maps.
  public var headParameters: [(name: String, parameter: Parameter)] {
    let first =
      pooler.map { [("head.pooler.weight", $0.weight), ("head.pooler.bias", $0.bias)] } ?? []
    return first + [("head.weight", weight)] + (bias.map { [("head.bias", $0)] } ?? [])
  }

  /// The frozen weight of the linear map at a site, [out, in]; nil for another site.
  public func frozenWeight(at site: AdaptationSite) -> Tensor? { network.map(at: site)?.weight }
}
