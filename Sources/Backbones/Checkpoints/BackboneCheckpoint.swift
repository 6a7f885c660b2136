import Checkpoints
public import PETL

/// The weights of a network of images in a file, checked, and not read yet.
public protocol BackboneCheckpoint: NetworkTensors {
  /// Which library's names the file has.
  var naming: WeightNaming { get }
  /// The sizes in words.
  var outline: NetworkOutline { get }
  /// The names of those classes, if the file's folder says them.
  var labels: [String]? { get }
  /// What the user should know of the file and its description, a sentence each.
  var notes: [Note] { get }

  /// The places that an adapter can be attached to.
  ///
  /// - Parameter imageSize: the side of the images in pixels; that of the weights when nil.
  /// - Returns: layer by layer.
  /// - Throws: `DiagnosticError` when the size does not fit the network.
  func sites(imageSize: Int?) throws -> [AdaptationSite]

  /// The tensors of the network without its head, under timm's names.
  ///
  /// - Parameter imageSize: the side of the images in pixels; that of the weights when nil.
  /// - Returns: names and shapes.
  /// - Throws: `DiagnosticError` when the size does not fit the network.
  func weights(imageSize: Int?) throws -> [BackboneWeight]

  /// The network, frozen or with some of its weights trained.
  ///
  /// - Parameters:
  ///   - imageSize: the side of the images in pixels; that of the weights when nil.
  ///   - dropPath: the last block's drop-path while training.
  ///   - precision: of frozen linear maps.
  ///   - training: whether a weight becomes a parameter of the network.
  /// - Returns: the network at that size.
  /// - Throws: `DiagnosticError` when a tensor cannot be read or the size does not fit.
  func backbone(
    imageSize: Int?, dropPath: Double, precision: FrozenPrecision,
    training: @escaping (BackboneWeight) -> Bool
  ) throws -> any Backbone
}

/// The tensors of a map or norm, under timm's names.
public struct SiteTensors: Sendable {
  /// What both names begin with, `blocks.3.attn.qkv`.
  public let name: String
  /// The number of the site's part among equal parts of the rows.
  public let part: Int
  /// How many such parts there are: three of a fused query, key and value.
  public let parts: Int

  /// The name of the weight.
  public var weight: String { "\(name).weight" }
  /// The name of the bias, which may not be there.
  public var bias: String { "\(name).bias" }
}

/// What the user says about weights beside the file; nil for what the file and its folder say.
public struct BackboneFacts: Sendable {
  /// How many heads attention has.
  public var heads: Int?
  /// The ε of layer norms.
  public var epsilon: Float?
  /// The function in the MLP.
  public var activation: Activation?
  /// How positions are resampled to another image size; nil for as the library of the names does.
  public var positionResampling: PositionResampling?
  /// What else there is to know of the file, a sentence each.
  public var notes: [Note] = []

  /// Says what is known.
  public init(
    heads: Int? = nil, epsilon: Float? = nil, activation: Activation? = nil,
    positionResampling: PositionResampling? = nil
  ) {
    (self.heads, self.epsilon, self.activation) = (heads, epsilon, activation)
    self.positionResampling = positionResampling
  }
}
