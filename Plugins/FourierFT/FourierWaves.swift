import PETL

/// Sums of plane waves over a matrix, of which each has one number: the real part of an inverse Fourier
/// transform that is zero but at some places.
///
/// Element (p, q) of the matrix is (1 / (rows · columns)) Σₖ cₖ cos(2π (uₖ p / rows + vₖ q / columns)).
final class FourierWaves {
  /// The length of each axis.
  let rows: Int
  let columns: Int
  /// The row of each wave among the rows that have one.
  private let rowOf: [Int]
  /// The column vₖ of each wave.
  private let columnOf: [Int]
  /// cos and sin of 2π u p / rows, [occupied rows, rows].
  private let down: (cosines: Tensor, sines: Tensor)
  /// cos and sin of 2π v q / columns, [columns, columns].
  private let across: (cosines: Tensor, sines: Tensor)

  /// Waves at places in row-major order.
  init(rows: Int, columns: Int, places: [Int]) {
    (self.rows, self.columns) = (rows, columns)
    let occupied = Set(places.map { $0 / columns }).sorted()
    let order = Dictionary(uniqueKeysWithValues: occupied.enumerated().map { ($1, $0) })
    rowOf = places.map { order[$0 / columns] ?? 0 }
    columnOf = places.map { $0 % columns }
    down = Self.table(occupied, rows)
    across = Self.table(Array(0..<columns), columns)
  }

  /// The matrix, [rows, columns], as a differentiable function of the waves' numbers, [waves].
  func matrix(_ numbers: Tensor, scale: Float) -> Tensor {
    let factor = scale / Float(rows * columns)
    let result = noGradient { () -> Tensor in
      let spectrum = spectrum(numbers)
      func part(_ a: Tensor, _ b: Tensor) -> Tensor {
        a.matmul(spectrum.matmul(b), transposingSelf: true)
      }
      return (part(down.cosines, across.cosines) - part(down.sines, across.sines))
        .scaled(by: factor)
    }
    return .custom(from: [numbers], result: result) { [self] gradient in
      func part(_ a: Tensor, _ b: Tensor) -> Tensor { a.matmul(gradient).matmul(b) }
      let all = part(down.cosines, across.cosines) - part(down.sines, across.sines)
      let own = zip(rowOf, columnOf).map { $0 * columns + $1 }
      return [all.reshaped([-1]).gathered(own).scaled(by: factor)]
    }
  }

  /// The waves' numbers at their places, [occupied rows, columns].
  private func spectrum(_ numbers: Tensor) -> Tensor {
    let count = down.cosines.shape[0]
    var values = [Float](repeating: 0, count: count * columns)
    for (index, number) in numbers.values.enumerated() {
      values[rowOf[index] * columns + columnOf[index]] += number
    }
    return Tensor(values, shape: [count, columns])
  }

  private static func table(_ frequencies: [Int], _ length: Int) -> (cosines: Tensor, sines: Tensor)
  {
    func values(_ wave: (Double) -> Double) -> [Float] {
      let turn = (0..<length).map { Float(wave(2 * .pi * Double($0) / Double(length))) }
      return frequencies.flatMap { u in (0..<length).map { turn[u * $0 % length] } }
    }
    let shape = [frequencies.count, length]
    return (Tensor(values(cosine), shape: shape), Tensor(values(sine), shape: shape))
  }
}
