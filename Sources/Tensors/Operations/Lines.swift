/// A tensor as a matrix whose columns are some of its axes, which an operation reduces, and whose rows are
/// all others.
struct Lines {
  /// [product of the other axes, product of the reduced ones]; differentiable.
  let matrix: Tensor
  /// The other axes.
  private let kept: [Int]
  /// All axes, with 1 in the place of the reduced ones.
  private let ones: [Int]

  /// - Parameters:
  ///   - x: any shape.
  ///   - axes: each at most once, negative ones from the end; nil for all.
  init(_ x: Tensor, over axes: [Int]?) {
    let reduced = (axes ?? Array(0..<x.rank)).map { x.normalized(axis: $0) }
    require(Set(reduced).count == reduced.count, "An axis of \(reduced) stands twice.")
    let others = (0..<x.rank).filter { !reduced.contains($0) }
    let order = others + reduced.sorted()
    kept = others.map { x.shape[$0] }
    ones = x.shape.indices.map { reduced.contains($0) ? 1 : x.shape[$0] }
    let arranged = order == Array(0..<x.rank) ? x : x.transposed(order)
    matrix = arranged.reshaped([kept.reduce(1, *), reduced.reduce(1) { $0 * x.shape[$1] }])
  }

  /// One number a row, in the shape of what is left of the axes.
  func shaped(_ y: Tensor, keepingAxes: Bool) -> Tensor { y.reshaped(keepingAxes ? ones : kept) }
}
