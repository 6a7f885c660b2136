import PETL
import ReSoRA
import Testing

/// Random subspaces whose three matrices are the starts of a graph.
struct Sample {
  var s: Tensor
  var b: Tensor
  var a: Tensor
  var images: Int

  init(
    rank: Int = 4, images: Int = 6, tokens: Int = 5, input: Int = 11, output: Int = 7,
    seed: UInt64 = 1
  ) {
    var generator = RandomGenerator(seed: seed)
    let rows = images * tokens
    // A common part, so that similarities are not all near zero.
    let common = Tensor(generator.normal(rows), shape: [rows, 1])
    s = (Tensor(generator.normal(rows * rank), shape: [rows, rank]) + common).differentiable()
    let shared = Tensor(generator.normal(output), shape: [1, output])
    b = (Tensor(generator.normal(rank * output), shape: [rank, output]) + shared * 0.7)
      .differentiable()
    a = Tensor(generator.normal(rank * input), shape: [rank, input]).differentiable()
    self.images = images
  }

  var subspaces: Subspaces {
    Subspaces(coefficients: s, basis: b, directions: a, images: images)
  }
}

/// The largest difference, relative to the largest element of the second.
///
/// Where the first is nil or zero, the second vanishes only up to the rounding of a value of order
/// one: the difference is then relative to 0.02.
func difference(_ x: Tensor?, _ y: Tensor?) -> Float {
  let (p, q) = (x?.values ?? [], y?.values ?? [])
  let floor: Float = p.allSatisfy { $0 == 0 } ? 0.02 : 1e-3
  let count = max(p.count, q.count)
  let (u, v) = (p.isEmpty ? zeros(count) : p, q.isEmpty ? zeros(count) : q)
  let scale = max(floor, v.map { abs($0) }.max() ?? 0)
  var worst: Float = 0
  for (l, r) in zip(u, v) {
    let d = abs(l - r) / scale
    if !(d <= worst) { worst = d }
  }
  return worst
}

private func zeros(_ count: Int) -> [Float] { [Float](repeating: 0, count: count) }

/// How far value and gradients of the closed form are from those of the definition.
func compared(
  _ options: ReSoRAOptions, _ sample: Sample
) throws -> (value: Float, s: Float, b: Float, a: Float) {
  let closed = try ReSoRA(options: options).penalty(on: sample.subspaces)
  let full = Definition(options: options).value(sample.subspaces)
  let (left, right) = (closed.backward(), full.backward())
  return (
    difference(closed, full), difference(left[sample.s], right[sample.s]),
    difference(left[sample.b], right[sample.b]), difference(left[sample.a], right[sample.a])
  )
}
