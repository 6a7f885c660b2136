/// A tensor that a PEFT folder holds: of each adapted linear map, or one for all of them.
public struct PEFTTensor: Sendable {
  /// The length of an axis.
  public enum Axis: Sendable, Hashable {
    /// The inputs of the map; of a tensor for all maps, the most inputs of any.
    case inputs
    /// The outputs of the map; of a tensor for all maps, the most outputs of any.
    case outputs
    /// The whole number that a key of the configuration has, such as `r`.
    case key(String)
    /// This length.
    case fixed(Int)
  }

  /// The name that follows the module's, such as `lora_A.weight`.
  public let name: String
  /// The length of each axis, outermost first.
  public let shape: [Axis]
  /// The adapter's parameter that has the numbers; nil where the adapter converts them itself.
  public let parameter: String?
  /// Whether the parameter is the transpose.
  public let isTransposed: Bool

  /// Makes a tensor.
  ///
  /// - Parameters:
  ///   - name: What follows the module's name and a dot; of a tensor for all maps, its whole name below
  ///     `base_model.`.
  ///   - shape: The length of each axis, outermost first.
  ///   - parameter: The adapter's parameter with the same numbers in the same order; nil where the adapter
  ///     converts them itself (`PEFTConvertible.peftTensors`).
  ///   - isTransposed: Whether the parameter is the transpose of the tensor, which has two axes then.
  public init(
    _ name: String, _ shape: [Axis], parameter: String? = nil, isTransposed: Bool = false
  ) {
    (self.name, self.shape) = (name, shape)
    (self.parameter, self.isTransposed) = (parameter, isTransposed)
  }

  /// The length of each axis; nil for one that is not known.
  package func lengths(
    _ settings: [String: PEFTValue], inputs: Int? = nil, outputs: Int? = nil
  ) -> [Int?] {
    shape.map { axis in
      switch axis {
      case .inputs: inputs
      case .outputs: outputs
      case .key(let key): if case .whole(let whole)? = settings[key] { whole } else { nil }
      case .fixed(let length): length
      }
    }
  }
}
