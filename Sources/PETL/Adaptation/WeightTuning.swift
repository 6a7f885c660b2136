/// A method that adds nothing to a network and trains some of its own weights instead: biases, norms,
/// all of it, or none but the head.
///
/// A minimal one:
///
/// ```swift
/// import PETL
///
/// struct NormTuning: WeightTuning {
///   init(options: NoOptions) {}
///
///   func trains(_ weight: BackboneWeight) -> Bool { weight.name.contains("norm") }
/// }
/// ```
public protocol WeightTuning: Sendable, SendableMetatype {
  /// The options, read from a recipe or made in code.
  associatedtype Options: PluginOptions

  /// Makes the method.
  ///
  /// - Throws: `DiagnosticError` when the options do not go together.
  init(options: Options) throws

  /// Whether a weight is trained; asked once for each weight of the network.
  func trains(_ weight: BackboneWeight) -> Bool

  /// Its name, summary and source.
  static var descriptor: PluginDescriptor { get }
}

/// A tensor of a backbone, by name and shape.
public struct BackboneWeight: Sendable, Hashable {
  /// Under timm's naming, such as `blocks.3.attn.qkv.bias`.
  public let name: String
  /// The length of each axis.
  public let shape: [Int]

  /// Names a weight.
  ///
  /// - Parameters:
  ///   - name: under timm's naming.
  ///   - shape: the length of each axis, [out, in] of a linear map.
  public init(name: String, shape: [Int]) {
    self.name = name
    self.shape = shape
  }
}

extension WeightTuning {
  /// The type's name in lower case and nothing else: enough for a method used from code.
  public static var descriptor: PluginDescriptor {
    PluginDescriptor(name: String(describing: Self.self).lowercased(), summary: "", source: "")
  }
}
