/// A linear map that never changes, however it is stored: the place where packed or lower-precision
/// weights come in without touching anything above.
public protocol FrozenMap {
  /// The length of an input row.
  var inputWidth: Int { get }
  /// The length of an output row.
  var outputWidth: Int { get }
  /// y = x Wᵀ (+ bias, when there is one): x [..., in], y [..., out], whose values are overwritten.
  func apply(to x: Tensor, into y: Tensor)
  /// dx = dy W, or dx += dy W when `adding`.
  func applyTransposed(to dy: Tensor, into dx: Tensor, adding: Bool)
}

/// A frozen map in 32-bit floats, multiplied by OpenBLAS.
public struct DenseFrozenMap: FrozenMap {
  let weight: Tensor
  let bias: Tensor?

  /// Makes a map from a weight [out, in] and a bias [out].
  public init(weight: Tensor, bias: Tensor?) {
    self.weight = weight.detached()
    self.bias = bias?.detached()
  }

  /// The length of an input row.
  public var inputWidth: Int { weight.shape[1] }
  /// The length of an output row.
  public var outputWidth: Int { weight.shape[0] }

  /// y = x Wᵀ + bias.
  public func apply(to x: Tensor, into y: Tensor) {
    if let bias { Kernels.fillRows(of: y, with: bias) }
    GEMM.multiply(.init(x), .init(weight, transposed: true), into: .init(y), adding: bias != nil)
  }

  /// dx = dy W, or dx += dy W.
  public func applyTransposed(to dy: Tensor, into dx: Tensor, adding: Bool) {
    GEMM.multiply(.init(dy), .init(weight), into: .init(dx), adding: adding)
  }
}

/// A frozen map in 32-bit floats, packed once in each direction for kernels of our own.
///
/// Against OpenBLAS this saves packing the input anew in every product, which at the widths of a
/// small network is a good part of it (docs/benchmarks.md). The second packing is made when the
/// first gradient asks for it.
public final class PackedFrozenMap: FrozenMap {
  private let forward: PackedMatrix
  private let bias: Tensor?
  /// The weight as it came, until the second packing has been made.
  private var weight: Tensor?
  private var backward: PackedMatrix?
  /// The length of an input row.
  public let inputWidth: Int
  /// The length of an output row.
  public let outputWidth: Int

  /// Packs a weight [out, in] and keeps a bias [out].
  public init(weight: Tensor, bias: Tensor?) {
    let weight = weight.detached()
    inputWidth = weight.shape[1]
    outputWidth = weight.shape[0]
    forward = PackedMatrix(weight, transposed: true)
    self.weight = weight
    self.bias = bias?.detached()
  }

  /// y = x Wᵀ + bias.
  public func apply(to x: Tensor, into y: Tensor) { forward.multiply(x, bias: bias, into: y) }

  /// dx = dy W, or dx += dy W.
  public func applyTransposed(to dy: Tensor, into dx: Tensor, adding: Bool) {
    if let weight {
      backward = PackedMatrix(weight, transposed: false)
      self.weight = nil
    }
    backward?.multiply(dy, into: dx, adding: adding)
  }
}

extension Tensor {
  /// The output of a frozen linear map.
  ///
  /// Its weight gets no gradient and its input is not kept.
  ///
  /// - Parameter map: from [..., in] to [..., out].
  /// - Returns: [..., out].
  public func mapped(by map: some FrozenMap) -> Tensor {
    precondition(
      shape.last == map.inputWidth, "Inputs of shape \(shape) do not fit width \(map.inputWidth).")
    let y = Tensor(uninitialized: shape.dropLast() + [map.outputWidth])
    map.apply(to: self, into: y)
    return .operation(y, [node]) { [node] dy, sink in
      sink.accumulate(to: node) { dx, adding in
        map.applyTransposed(to: dy, into: dx, adding: adding)
      }
    }
  }
}
