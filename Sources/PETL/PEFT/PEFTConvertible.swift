/// An adapter of linear maps that folders of Hugging Face's PEFT can hold.
///
/// Where the tensors of the form name the parameters that have their numbers, the form is all there is to
/// write, and the settings where it has any:
///
/// ```swift
/// extension Bottleneck: PEFTConvertible {
///   static let peftForm = PEFTForm(
///     "MYTYPE", keys: [PEFTKey("r", default: 8, least: 1, option: "rank")],
///     tensors: [
///       PEFTTensor("down.weight", [.key("r"), .inputs], parameter: "down"),
///       PEFTTensor("up.weight", [.outputs, .key("r")], parameter: "up", isTransposed: true),
///     ])
///
///   var peftSettings: [String: PEFTValue] { ["r": .whole(rank)] }
/// }
/// ```
///
/// An adapter with linear factors needs no form of its own to be written: it leaves as the LoRA that it
/// equals.
public protocol PEFTConvertible: Adapter {
  /// Its type, keys and tensors.
  static var peftForm: PEFTForm { get }

  /// The values of the form's keys for this adapter; what is missing has the form's default.
  var peftSettings: [String: PEFTValue] { get }

  /// The tensors of one map, for a form whose tensors depend on settings or widths in more ways than its
  /// axes say; the form's tensors are then all that occur, with the axes `.any`.
  ///
  /// - Parameters:
  ///   - settings: The values of the form's keys for this map.
  ///   - inputs: The inputs of the map.
  ///   - outputs: The outputs of the map; of a library's one map for query, key and value, all of them.
  /// - Returns: The tensors that such a map has, with their shapes.
  /// - Throws: `DiagnosticError` when there is no such map.
  static func peftLayout(
    _ settings: [String: PEFTValue], inputs: Int, outputs: Int
  ) throws -> [PEFTTensor]

  /// The numbers of every tensor of the form by name, the shared ones too, in the form's shapes.
  func peftTensors() -> [String: Tensor]

  /// The value of each parameter by name, from the tensors of a folder: the inverse of `peftTensors`.
  ///
  /// - Parameter tensors: Every tensor of the form by name, in its shape; shared ones may be larger than
  ///   this adapter's.
  /// - Returns: A value of its shape for each parameter, trained or not.
  func parameterValues(peft tensors: [String: Tensor]) -> [String: Tensor]

  /// A, [r, in], and B, [r, out], of the LoRA of scale 1 that the tensors of a map are: for a form with
  /// `fused: .asLoRA`.
  ///
  /// - Parameters:
  ///   - tensors: Every tensor of the form by name, in its shape; shared ones may be larger than the map's.
  ///   - inputs: The inputs of the map.
  /// - Returns: The factors; nil where there are none.
  static func linearFactors(
    peft tensors: [String: Tensor], inputs: Int
  ) -> (directions: Tensor, basis: Tensor)?

  /// The same, where it depends on settings or on the outputs: asked for by what reads folders.
  ///
  /// - Parameters:
  ///   - tensors: Every tensor of the form by name, in its shape; shared ones may be larger than the map's.
  ///   - settings: The values of the form's keys for this map.
  ///   - inputs: The inputs of the map.
  ///   - outputs: The outputs of the map; of a library's one map for query, key and value, all of them.
  /// - Returns: The factors; nil where there are none.
  static func linearFactors(
    peft tensors: [String: Tensor], settings: [String: PEFTValue], inputs: Int, outputs: Int
  ) -> (directions: Tensor, basis: Tensor)?
}

extension PEFTConvertible {
  /// None: right for a form without settings.
  public var peftSettings: [String: PEFTValue] { [:] }

  /// The form's tensors: right where their axes say all lengths.
  public static func peftLayout(
    _ settings: [String: PEFTValue], inputs: Int, outputs: Int
  ) -> [PEFTTensor] { peftForm.tensors }

  /// The parameters that the form names, transposed and with its axes of a fixed length.
  public func peftTensors() -> [String: Tensor] {
    noGradient {
      Self.peftForm.allTensors.reduce(into: [:]) { found, tensor in
        guard let value = parameter(tensor.parameter)?.value.detached() else { return }
        let turned = tensor.isTransposed ? value.transposed() : value
        var lengths = turned.shape[...]
        let shape = tensor.shape.map { axis in
          if case .fixed(let length) = axis { length } else { lengths.popFirst() ?? 1 }
        }
        found[tensor.name] = turned.hasRows(like: shape) ? turned.reshaped(shape) : turned
      }
    }
  }

  /// The tensors that name a parameter, transposed back; of shared ones the first rows and columns.
  public func parameterValues(peft tensors: [String: Tensor]) -> [String: Tensor] {
    noGradient {
      Self.peftForm.allTensors.reduce(into: [:]) { found, tensor in
        guard let own = parameter(tensor.parameter), let value = tensors[tensor.name] else {
          return
        }
        let (turned, shape) = (tensor.isTransposed ? value.transposed() : value, own.value.shape)
        found[own.name] = turned.hasRows(like: shape) ? turned.reshaped(shape) : turned.first(shape)
      }
    }
  }

  /// nil: right for a form whose fused maps are not LoRAs.
  public static func linearFactors(
    peft tensors: [String: Tensor], inputs: Int
  ) -> (directions: Tensor, basis: Tensor)? { nil }

  /// The factors that depend on the tensors alone.
  public static func linearFactors(
    peft tensors: [String: Tensor], settings: [String: PEFTValue], inputs: Int, outputs: Int
  ) -> (directions: Tensor, basis: Tensor)? { linearFactors(peft: tensors, inputs: inputs) }

  private func parameter(_ name: String?) -> Parameter? {
    name.flatMap { name in parameters.first { $0.name == name } }
  }
}

extension Tensor {
  /// Whether a shape differs from this one's in axes of length 1 at most.
  fileprivate func hasRows(like other: [Int]) -> Bool {
    shape.filter { $0 != 1 } == other.filter { $0 != 1 }
  }

  /// The first elements of each axis, where there are so many; else the tensor itself.
  fileprivate func first(_ lengths: [Int]) -> Tensor {
    guard shape.count == lengths.count, zip(shape, lengths).allSatisfy({ $0 >= $1 }) else {
      return self
    }
    return lengths.indices.reduce(self) { found, axis in
      found.shape[axis] == lengths[axis]
        ? found : found.sliced(axis: axis, 0..<lengths[axis])
    }
  }
}
