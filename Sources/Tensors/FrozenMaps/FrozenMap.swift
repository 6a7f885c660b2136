/// A linear map that never changes, however it is stored: the place where packed or lower-precision
/// weights come in without touching anything above.
package protocol FrozenMap {
  /// The length of an input row.
  var inputWidth: Int { get }
  /// The length of an output row.
  var outputWidth: Int { get }
  /// y = x Wᵀ (+ bias, when there is one), finished: x [..., in], y [..., out], whose values are
  /// overwritten.
  func apply(to x: Tensor, into y: Tensor, finish: MapFinish)
  /// dx = dy W, finished.
  func applyTransposed(to dy: Tensor, into dx: Tensor, finish: MapFinish)
}

/// A frozen map that gives single rows of its weight, so that a table of embeddings need not be kept beside
/// a head that is the same.
package protocol RowGiving: FrozenMap {
  /// Rows of the weight.
  ///
  /// - Parameter indices: each less than `outputWidth`; one may stand several times.
  /// - Returns: [indices.count, in].
  func rows(_ indices: [Int]) -> Tensor
}

extension FrozenMap {
  /// y = x Wᵀ (+ bias).
  package func apply(to x: Tensor, into y: Tensor) { apply(to: x, into: y, finish: .none) }

  /// dx = dy W, or dx += dy W when `adding`.
  package func applyTransposed(to dy: Tensor, into dx: Tensor, adding: Bool) {
    applyTransposed(to: dy, into: dx, finish: adding ? .adding(dx) : .none)
  }
}

/// What becomes of each element v of a product while it is still at hand.
package enum MapFinish {
  /// v itself.
  case none
  /// v + the other tensor's element; the other may be the result itself.
  case adding(Tensor)
  /// gelu(v), and its slope there into a tensor of the same elements.
  case gelu(slope: Tensor?)
  /// v σ(1.702 v), and its slope there into a tensor of the same elements.
  case quickGELU(slope: Tensor?)
  /// v times the other tensor's element.
  case scaling(by: Tensor)

  /// Does it to products that lie in memory already; nothing for `adding`, which a product that can
  /// add does by itself.
  func applyAfterwards(to y: Tensor) {
    switch self {
    case .none, .adding: break
    case .gelu(let slope): Kernels.gelu(y, into: y, slope: slope)
    case .quickGELU(let slope): Kernels.quickGELU(y, into: y, slope: slope)
    case .scaling(let other): Kernels.binary(.multiply, y, other, into: y)
    }
  }

  /// The sum that a product starts from must be in y: puts it there.
  ///
  /// - Returns: whether the product is to be added to y.
  func prepare(_ y: Tensor) -> Bool {
    guard case .adding(let other) = self else { return false }
    if other.storage !== y.storage || other.offset != y.offset {
      Kernels.scale(other, by: 1, into: y)
    }
    return true
  }
}
