/// A frozen map packed for kernels of our own, which read the input where it lies.
///
/// In single precision a large map is packed once, and turned round block by block in cache for
/// the gradients of many rows; a second packing is made when the gradient of few rows asks for it, and
/// for small maps. In bfloat16 it is packed for each direction.
public final class PackedFrozenMap: FrozenMap {
  /// From how many elements on a map is large: 2 MB.
  private static let large = 1 << 19
  /// How many rows pay for turning the map round in cache.
  private static let manyRows = 512

  private let forward: PackedMatrix
  private let bias: Tensor?
  private var backward: PackedMatrix?
  /// The length of an input row.
  public let inputWidth: Int
  /// The length of an output row.
  public let outputWidth: Int

  /// Packs a weight [out, in] and keeps a bias [out].
  public init(weight: Tensor, bias: Tensor?, precision: FrozenPrecision = .single) {
    let weight = weight.detached()
    inputWidth = weight.shape[1]
    outputWidth = weight.shape[0]
    forward = PackedMatrix(weight, transposed: true, precision: precision)
    if precision == .mixed {
      backward = PackedMatrix(weight, transposed: false, precision: precision)
    }
    self.bias = bias?.detached()
  }

  /// y = x Wᵀ + bias, finished.
  public func apply(to x: Tensor, into y: Tensor, finish: MapFinish) {
    forward.multiply(x, bias: bias, into: y, finish: finish)
  }

  /// dx = dy W, finished.
  public func applyTransposed(to dy: Tensor, into dx: Tensor, finish: MapFinish) {
    let rows = dy.count / max(1, outputWidth)
    if backward == nil, inputWidth * outputWidth < Self.large || rows < Self.manyRows {
      backward = forward.turned()
    }
    if let backward {
      backward.multiply(dy, into: dx, finish: finish)
    } else {
      forward.multiplyTransposed(dy, into: dx, finish: finish)
    }
  }
}

/// How frozen weights are stored and multiplied.
public enum FrozenPrecision: String, CaseIterable, Sendable {
  /// In 32-bit floats.
  case single = "fp32"
  /// Weights in bfloat16, inputs rounded to bfloat16, sums in 32-bit floats.
  ///
  /// Everything else (adapters, residual stream, norms, attention, regularizers, optimizer) stays in
  /// 32-bit floats.
  case mixed
}
