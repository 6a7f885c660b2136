import PETL

/// A network with sites that adapters attach to, whatever it takes.
public protocol AdaptableNetwork: AnyObject {
  /// Every place that an adapter can be attached to.
  var sites: [AdaptationSite] { get }
  /// All of its weights without a head, trained or not.
  var weights: [BackboneWeight] { get }
  /// The weights that are trained, with their names; none of a frozen network.
  var parameters: [(name: String, parameter: Parameter)] { get }
  /// The length of a feature vector, which a head takes.
  var width: Int { get }
  /// The weight [classes, width] and bias [classes] of the head of classes that came with the weights.
  var pretrainedHead: (weight: Tensor, bias: Tensor)? { get }
  /// The frozen weight [out, in] and bias [out] of the linear map at a site; nil for another site.
  func map(at site: AdaptationSite) -> (weight: Tensor, bias: Tensor)?
}

/// A network that turns images into features.
public protocol Backbone: AdaptableNetwork {
  /// The side of the (square) images it takes, in pixels.
  var imageSize: Int { get }
  /// How many tokens an image becomes.
  var tokens: Int { get }
  /// What loading did to the weights that the user should know, a sentence each.
  var notes: [Note] { get }

  /// The features of a batch, as the head takes them.
  ///
  /// - Parameters:
  ///   - images: normalised, [images, height, width, 3].
  ///   - adapters: what is attached to the sites.
  ///   - pass: whether this is training, and where subspaces are left.
  /// - Returns: [images, width].
  func features(_ images: Tensor, adapters: AdapterSet, pass: ForwardPass) -> Tensor

  /// The part that gives the same for an image in every pass.
  ///
  /// - Parameters:
  ///   - adapters: what is attached to the sites.
  ///   - isTraining: whether dropout and drop-path are on.
  /// - Returns: nil when the weights themselves are trained.
  func frozenPrefix(adapters: AdapterSet, isTraining: Bool) -> FrozenPrefix?

  /// What the prefix gives, the same for an image whatever batch it is in.
  ///
  /// - Parameters:
  ///   - images: normalised, [images, height, width, 3].
  ///   - prefix: of this network.
  /// - Returns: [images] + the prefix's shape.
  func activations(of images: Tensor, after prefix: FrozenPrefix) -> Tensor

  /// The features from what the prefix gave: bit for bit those of the images themselves.
  ///
  /// - Parameters:
  ///   - activations: [images] + the prefix's shape.
  ///   - prefix: of this network with these adapters.
  ///   - adapters: what is attached to the sites.
  ///   - pass: whether this is training, and where subspaces are left.
  /// - Returns: [images, width].
  func features(
    from activations: Tensor, after prefix: FrozenPrefix, adapters: AdapterSet, pass: ForwardPass
  ) -> Tensor
}

extension AdaptableNetwork {
  /// None.
  public var pretrainedHead: (weight: Tensor, bias: Tensor)? { nil }

  /// Hands the frozen weights of their maps to the adapters that ask for them.
  public func bind(_ adapters: AdapterSet) {
    for entry in adapters.entries {
      guard let binding = entry.adapter as? any WeightBinding, binding.weightUse != .none,
        let map = map(at: entry.site)
      else { continue }
      binding.bind(weight: map.weight, bias: map.bias)
    }
  }
}
