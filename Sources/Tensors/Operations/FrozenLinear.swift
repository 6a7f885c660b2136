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
