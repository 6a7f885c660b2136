import Backbones
import PETL

/// A network with adapters on it and a head of its own: what is trained and evaluated.
public final class Model: TrainedNetwork {
  /// The network, frozen or trained.
  public let backbone: any Backbone
  /// What is attached to it.
  public let adapters: AdapterSet
  /// [classes, width].
  public let headWeight: Parameter
  /// [classes].
  public let headBias: Parameter

  /// Makes a model with a fresh head.
  ///
  /// Initialisation of the head: uniform in ±1/√width, weight and bias, as PyTorch's `nn.Linear`.
  public init(
    backbone: any Backbone, adapters: AdapterSet, classes: Int, generator: RandomGenerator
  ) {
    self.backbone = backbone
    self.adapters = adapters
    backbone.bind(adapters)
    let bound = 1 / Float(backbone.width).squareRoot()
    var stream = generator.split("head")
    let weight = stream.uniform(classes * backbone.width, in: -bound..<bound)
    headWeight = Parameter("weight", Tensor(weight, shape: [classes, backbone.width]))
    headBias = Parameter("bias", Tensor(stream.uniform(classes, in: -bound..<bound)), decays: false)
  }

  /// Makes a model with a head that is there already.
  ///
  /// - Parameters:
  ///   - backbone: the network.
  ///   - adapters: what is attached to it.
  ///   - head: its weight, [classes, width], and bias, [classes].
  public init(
    backbone: any Backbone, adapters: AdapterSet, head: (weight: Tensor, bias: Tensor)
  ) {
    self.backbone = backbone
    self.adapters = adapters
    backbone.bind(adapters)
    headWeight = Parameter("weight", head.weight)
    headBias = Parameter("bias", head.bias, decays: false)
  }

  /// Everything that is trained, with its full name, in a fixed order.
  public var parameters: [(name: String, parameter: Parameter)] {
    backbone.parameters + adapters.parameters + headParameters
  }

  /// The head's weight and bias.
  public var headParameters: [(name: String, parameter: Parameter)] {
    [("head.weight", headWeight), ("head.bias", headBias)]
  }

  /// The logits of a batch, [images, classes].
  ///
  /// - Parameters:
  ///   - images: normalised, [images, height, width, 3].
  ///   - pass: whether this is training, and where subspaces are left.
  /// - Returns: one row for each image.
  public func logits(_ images: Tensor, pass: ForwardPass) -> Tensor {
    head(backbone.features(images, adapters: adapters, pass: pass))
  }

  /// The frozen weight of a linear map, [out, in]; nil for another site.
  public func frozenWeight(at site: AdaptationSite) -> Tensor? { backbone.map(at: site)?.weight }

  /// The logits of features, [images, classes].
  package func head(_ features: Tensor) -> Tensor {
    features.linear(weight: headWeight.value, bias: headBias.value)
  }
}
