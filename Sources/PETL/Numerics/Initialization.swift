/// Initial values of matrices [out, in], by the names that PyTorch gives them; of more axes, all but the first
/// count for `in`. Each takes the next numbers of the generator.
extension Tensor {
  /// Uniform in ±1/√in: `kaiming_uniform_` with a = √5, the default of `nn.Linear`.
  public static func kaimingUniform(
    _ shape: [Int], using generator: inout RandomGenerator
  ) -> Tensor {
    uniform(shape, bound: 1 / Float(fanIn(shape)).squareRoot(), using: &generator)
  }

  /// Uniform in ±√(6 / (in + out)): `xavier_uniform_`.
  public static func xavierUniform(
    _ shape: [Int], using generator: inout RandomGenerator
  ) -> Tensor {
    let sum = Float(fanIn(shape) + (shape.first ?? 0))
    return uniform(shape, bound: (6 / sum).squareRoot(), using: &generator)
  }

  /// Normal with a deviation, values beyond a multiple of it drawn again: `trunc_normal_`.
  ///
  /// - Parameters:
  ///   - shape: the length of each axis.
  ///   - deviation: before truncation.
  ///   - limit: in deviations; none by default.
  ///   - generator: gives the values.
  /// - Returns: mean 0.
  public static func normal(
    _ shape: [Int], deviation: Float, within limit: Float = .infinity,
    using generator: inout RandomGenerator
  ) -> Tensor {
    let count = shape.reduce(1, *)
    var values = generator.normal(count)
    while true {
      let outside = values.indices.filter { Swift.abs(values[$0]) > limit }
      if outside.isEmpty { break }
      for (index, value) in zip(outside, generator.normal(outside.count)) { values[index] = value }
    }
    return Tensor(values.map { $0 * deviation }, shape: shape)
  }

  private static func uniform(
    _ shape: [Int], bound: Float, using generator: inout RandomGenerator
  ) -> Tensor {
    Tensor(generator.uniform(shape.reduce(1, *), in: -bound..<bound), shape: shape)
  }

  private static func fanIn(_ shape: [Int]) -> Int { max(1, shape.dropFirst().reduce(1, *)) }
}
