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
    /// The inputs of the map, in blocks of this many.
    case inputBlocks(Int)
    /// The outputs of the map, in blocks of this many.
    case outputBlocks(Int)
    /// A length that the layout of a map says (`PEFTConvertible.peftLayout`).
    case any
  }

  /// The name that follows the module's, such as `lora_A.weight`.
  public let name: String
  /// The length of each axis, outermost first.
  public let shape: [Axis]
  /// The adapter's parameter that has the numbers; nil where the adapter converts them itself.
  public let parameter: String?
  /// Whether the parameter is the transpose.
  public let isTransposed: Bool
  /// Whether a map may do without it.
  public let isOptional: Bool

  /// Makes a tensor.
  ///
  /// - Parameters:
  ///   - name: What follows the module's name and a dot; of a tensor for all maps, its whole name below
  ///     `base_model.`.
  ///   - shape: The length of each axis, outermost first.
  ///   - parameter: The adapter's parameter with the same numbers in the same order; nil where the adapter
  ///     converts them itself (`PEFTConvertible.peftTensors`).
  ///   - isTransposed: Whether the parameter is the transpose of the tensor, which has two axes then.
  ///   - isOptional: Whether a map may do without it: a copy that is of no consequence, or a tensor that
  ///     some settings or widths have and others have not.
  public init(
    _ name: String, _ shape: [Axis], parameter: String? = nil, isTransposed: Bool = false,
    isOptional: Bool = false
  ) {
    (self.name, self.shape) = (name, shape)
    (self.parameter, self.isTransposed) = (parameter, isTransposed)
    self.isOptional = isOptional
  }

  /// The axis that runs over the outputs of a map, and how many of them a step of it is; nil without one.
  package var outputAxis: (place: Int, step: Int)? {
    for (place, axis) in shape.enumerated() {
      switch axis {
      case .outputs: return (place, 1)
      case .outputBlocks(let size): return (place, size)
      case .inputs, .key, .fixed, .inputBlocks, .any: continue
      }
    }
    return nil
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
      case .inputBlocks(let size): Self.blocks(of: size, in: inputs)
      case .outputBlocks(let size): Self.blocks(of: size, in: outputs)
      case .any: nil
      }
    }
  }

  private static func blocks(of size: Int, in length: Int?) -> Int? {
    length.flatMap { size > 0 && $0 % size == 0 ? $0 / size : nil }
  }
}
