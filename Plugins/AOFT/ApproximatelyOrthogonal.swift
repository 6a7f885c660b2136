import PETL

/// The first d columns of the plane rotation Q(q) that carries e₀ to q: AO(q), [N, d].
///
/// With v = q[1…] and c = 1 / (1 + q₀),
///
///     Q(q) = [ q₀  −vᵀ        ]
///            [ v   I − c v vᵀ ]
///
/// It is orthogonal exactly when ‖q‖ = 1, approximately for any small or nearly normal q. Source: AOFT
/// (arXiv 2507.13260) as a secondary summary gives it; the sign of the first column is the only one that
/// makes Q orthogonal. Nothing here is N × N: products take O(N) a token.
///
/// At q₀ = −1 the rotation does not exist: 1 + q₀ is kept `guardWidth` away from zero, where it then
/// counts as a constant. That is our choice.
struct ApproximatelyOrthogonal {
  /// The least |1 + q₀|.
  static let guardWidth: Float = 1e-3

  /// q, [N], after any normalisation.
  private let q: Tensor
  /// q₀, [1].
  private let first: Tensor
  /// c, [1].
  private let c: Tensor
  /// (0, q₁, …, q_{d−1}), [d].
  private let rest: Tensor
  private let columns: Int

  /// The columns of q's matrix; of q divided by its norm where `isUnit`.
  init(_ vector: Tensor, columns d: Int, isUnit: Bool) {
    q = isUnit ? vector / (vector.squared().sum() + 1e-12).sqrt() : vector
    first = q.sliced(axis: 0, 0..<1)
    let denominator = first + 1
    let value = denominator.values[0]
    let isSafe = abs(value) >= Self.guardWidth
    c =
      isSafe
      ? denominator.reciprocal() : Tensor([1 / (value < 0 ? -Self.guardWidth : Self.guardWidth)])
    rest = Tensor.concatenated([.zeros([1]), q.sliced(axis: 0, 1..<max(1, d))], axis: 0)
    columns = d
  }

  /// x AO(q), [rows, d], of x, [rows, N].
  ///
  /// With p = x q and z = x₀ + c (p − q₀ x₀) it is (p, x₁ − q₁ z, x₂ − q₂ z, …).
  func down(_ x: Tensor) -> Tensor {
    let p = x.projected(onto: q.reshaped([1, q.count]))
    let head = x.sliced(axis: 1, 0..<columns)
    let x0 = head.sliced(axis: 1, 0..<1)
    let z = x0 + c * (p - x0 * first)
    let unit = Self.indicator(columns, of: 0)
    return head * (1 - unit) + p * unit - z * rest
  }

  /// AO(q)ᵀ, [d, N]: row 0 is q, row j is e_j − q_j (1, c q₁, …, c q_{N−1}).
  var transposed: Tensor {
    let n = q.count
    let unit = Self.indicator(n, of: 0)
    let w = q * c * (1 - unit) + unit
    var diagonal = [Float](repeating: 0, count: columns * n)
    for j in 1..<max(1, columns) { diagonal[j * n + j] = 1 }
    let top = Self.indicator(columns, of: 0).reshaped([columns, 1])
    return Tensor(diagonal, shape: [columns, n]) + top * q - rest.reshaped([columns, 1]) * w
  }

  private static func indicator(_ count: Int, of index: Int) -> Tensor {
    Tensor((0..<count).map { $0 == index ? 1 : 0 })
  }

  /// An initial q: normal with variance 1 / N (norm near 1), or e₀ with a little noise; our choice.
  static func start(
    _ start: AOFTOptions.Start, count: Int, using generator: inout RandomGenerator
  ) -> Tensor {
    switch start {
    case .gaussian:
      return .normal([count], deviation: 1 / Float(count).squareRoot(), using: &generator)
    case .identity:
      let noise = Tensor.normal(
        [count], deviation: 0.1 / Float(count).squareRoot(), using: &generator)
      return noise + indicator(count, of: 0)
    }
  }
}
