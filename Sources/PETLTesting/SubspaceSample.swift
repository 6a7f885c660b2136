import PETL

/// Subspaces whose matrices are the starts of a graph.
struct SubspaceSample {
  private(set) var s: Tensor
  private(set) var b: Tensor
  private(set) var a: Tensor
  var rows: TokenRows
  var hasDirections = true

  /// Random subspaces, with no coefficient near zero, where a sign may jump.
  init(rank: Int = 4, images: Int = 3, tokens: Int = 4, seed: UInt64) {
    self.init(
      rank: rank, rows: TokenRows(lengths: Array(repeating: tokens, count: images)), seed: seed)
  }

  /// Random subspaces of texts of several lengths.
  init(rank: Int = 4, rows: TokenRows, seed: UInt64) {
    var generator = RandomGenerator(seed: seed).split("subspaces")
    func random(_ shape: [Int]) -> Tensor {
      let values = generator.normal(shape.reduce(1, *)).map { $0 + ($0 < 0 ? -0.1 : 0.1) }
      return Tensor(values, shape: shape).differentiable()
    }
    s = random([rows.count, rank])
    b = random([rank, 6])
    a = random([rank, 9])
    self.rows = rows
  }

  /// New each time, for `Subspaces` keeps what was asked.
  var subspaces: Subspaces {
    Subspaces(coefficients: s, basis: b, directions: hasDirections ? a : nil, rows: rows)
  }

  /// The matrices by name.
  var variables: [(name: String, leaf: Tensor)] {
    [("S", s), ("B", b)] + (hasDirections ? [("A", a)] : [])
  }

  /// The same with one matrix moved, outside of any graph.
  func displaced(_ position: Int, by step: [Float]) -> SubspaceSample {
    var sample = self
    func moved(_ x: Tensor) -> Tensor { x.detached() + Tensor(step, shape: x.shape) }
    switch position {
    case 0: sample.s = moved(s)
    case 1: sample.b = moved(b)
    default: sample.a = moved(a)
    }
    return sample
  }

  /// The same subspaces in another order.
  func permuted(_ order: [Int]) -> SubspaceSample {
    var sample = self
    sample.s = s.detached().transposed().gathered(order).transposed().differentiable()
    sample.b = b.detached().gathered(order).differentiable()
    sample.a = a.detached().gathered(order).differentiable()
    return sample
  }

  /// The same with every subspace's coefficients (and directions) and basis times a factor.
  private func scaled(_ coefficients: [Float], _ basis: [Float]) -> SubspaceSample {
    var sample = self
    let count = coefficients.count
    sample.s = (s.detached() * Tensor(coefficients, shape: [1, count])).differentiable()
    sample.a = (a.detached() * Tensor(coefficients, shape: [count, 1])).differentiable()
    sample.b = (b.detached() * Tensor(basis, shape: [count, 1])).differentiable()
    return sample
  }

  /// Where values and gradients must stay finite.
  static func corners(seed: UInt64) -> [(name: String, sample: SubspaceSample)] {
    let plain = SubspaceSample(seed: seed)
    func all(_ x: Float) -> [Float] { [x, x, x, x] }
    return [
      ("random values", plain), ("B = 0", plain.scaled(all(1), all(0))),
      ("S = 0", plain.scaled(all(0), all(1))), ("S = B = 0", plain.scaled(all(0), all(0))),
      ("one coefficient of zeros", plain.scaled([1, 0, 1, 1], all(1))),
      ("one basis vector of zeros", plain.scaled(all(1), [1, 1, 0, 1])),
      ("large S", plain.scaled(all(1e6), all(1))), ("small S", plain.scaled(all(1e-6), all(1))),
      ("large B", plain.scaled(all(1), all(1e6))), ("small B", plain.scaled(all(1), all(1e-6))),
      ("large S and small B", plain.scaled(all(1e6), all(1e-6))),
      ("equal subspaces", plain.permuted([0, 0, 0, 0])),
      ("a single token", SubspaceSample(images: 1, tokens: 1, seed: seed)),
      (
        "texts of several lengths",
        SubspaceSample(rows: TokenRows(lengths: [5, 1, 3], feature: .last), seed: seed)
      ),
    ]
  }
}
