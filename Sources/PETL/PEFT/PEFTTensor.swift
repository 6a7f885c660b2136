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
    /// So many numbers for each of the outputs of the map.
    case outputMultiples(Int)
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
  /// What its rows hold for a part of a fused map that is not adapted; nil where the form's number is right.
  public let unadapted: Float?

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
  ///   - unadapted: What its rows hold for a part of a fused map that is not adapted, where that is not the
  ///     number of `PEFTForm.Fused.rows`.
  public init(
    _ name: String, _ shape: [Axis], parameter: String? = nil, isTransposed: Bool = false,
    isOptional: Bool = false, unadapted: Float? = nil
  ) {
    (self.name, self.shape) = (name, shape)
    (self.parameter, self.isTransposed) = (parameter, isTransposed)
    (self.isOptional, self.unadapted) = (isOptional, unadapted)
  }

  /// An axis that runs over the outputs of a map.
  package struct OutputAxis {
    /// Which axis it is.
    package let place: Int
    /// How many outputs a step of it is.
    package let step: Int
    /// How many numbers it has for a step.
    let count: Int

    /// The length of the axis for so many outputs, which are a multiple of a step.
    package func length(_ outputs: Int) -> Int { outputs / step * count }
  }

  /// The axis that runs over the outputs of a map; nil without one.
  package var outputAxis: OutputAxis? {
    for (place, axis) in shape.enumerated() {
      switch axis {
      case .outputs: return OutputAxis(place: place, step: 1, count: 1)
      case .outputBlocks(let size): return OutputAxis(place: place, step: size, count: 1)
      case .outputMultiples(let count): return OutputAxis(place: place, step: 1, count: count)
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
      case .outputMultiples(let count): outputs.map { $0 * count }
      case .any: nil
      }
    }
  }

  private static func blocks(of size: Int, in length: Int?) -> Int? {
    length.flatMap { size > 0 && $0 % size == 0 ? $0 / size : nil }
  }
}
