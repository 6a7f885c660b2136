import Backbones
import PETL

/// A network with adapters on it and a head of its own: what is trained and evaluated.
public final class Model {
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
    backbone.parameters + adapters.parameters
      + [("head.weight", headWeight), ("head.bias", headBias)]
  }

  /// What is stored: everything that is trained, and the adapters' constants.
  public var stored: [(name: String, parameter: Parameter)] { parameters + adapters.constants }

  /// How many numbers are trained besides the head: the adapters', and the backbone's own.
  public var adapterParameterCount: Int {
    (backbone.parameters + adapters.parameters).reduce(0) { $0 + $1.parameter.value.count }
  }

  /// How many numbers are trained in all.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.parameter.value.count } }

  /// The logits of a batch, [images, classes].
  ///
  /// - Parameters:
  ///   - images: normalised, [images, height, width, 3].
  ///   - pass: whether this is training, and where subspaces are left.
  /// - Returns: one row for each image.
  public func logits(_ images: Tensor, pass: ForwardPass) -> Tensor {
    head(backbone.features(images, adapters: adapters, pass: pass))
  }

  /// The logits of features, [images, classes].
  func head(_ features: Tensor) -> Tensor {
    features.linear(weight: headWeight.value, bias: headBias.value)
  }

  /// The values of all parameters, copied.
  public func snapshot() -> [String: Tensor] {
    Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.parameter.value.copied()) })
  }

  /// Brings all parameters back to a snapshot of this model.
  public func restore(_ snapshot: [String: Tensor]) {
    for (name, parameter) in parameters {
      if let value = snapshot[name] { parameter.value.assign(value) }
    }
  }
}
