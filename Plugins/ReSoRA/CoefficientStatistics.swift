import PETL

/// What the kernel measure needs to know of each coefficient, outside of any graph.
struct CoefficientColumns {
  /// The largest minus the smallest value.
  let ranges: [Double]
  /// The middle between the two.
  let centers: [Float]
  /// Whether the norm about the mean counts as zero.
  let isDead: [Bool]
  private let columns: [[Float]]

  /// Looks at S, [elements, r].
  init(_ s: Tensor) {
    let (n, r) = (s.shape[0], s.shape[1])
    let values = s.values
    let columns = (0..<r).map { i in (0..<n).map { values[$0 * r + i] } }
    self.columns = columns
    // A NaN must show: it is neither dead nor has it a range.
    let ends = columns.map { column -> (Float, Float) in
      guard column.allSatisfy(\.isFinite) else { return (.nan, .nan) }
      return (column.min() ?? 0, column.max() ?? 0)
    }
    ranges = ends.map { Double($0.1) - Double($0.0) }
    centers = ends.map { $0.0 / 2 + $0.1 / 2 }
    isDead = columns.map { squaresAboutMean($0).squareRoot() <= Double(Tensor.deadNorm) }
  }

  /// The median distance for each coefficient, over pairs of at most 512 elements at an even stride
  /// (our choice); equal elements do not count, as in the CKA code that is the reconstruction's
  /// model: a rectified coefficient is zero nearly everywhere.
  var medians: [Double] {
    columns.map { column in
      let stride = (column.count + 511) / 512
      let sampled = Swift.stride(from: 0, to: column.count, by: stride).map { Double(column[$0]) }
      return medianDistance(sampled.sorted())
    }
  }
}

/// The same of whole images: what the distances between their rows are.
struct CoefficientImages {
  /// Whether the norm about the mean image counts as zero.
  let isDead: [Bool]
  private let rows: Tensor

  /// Looks at the coefficients about the mean image, [r, images, tokens of an image].
  init(_ rows: Tensor) {
    self.rows = rows.detached()
    isDead = noGradient { rows.squared().sum(over: [1, 2]) }.values
      .map { $0.squareRoot() <= Tensor.deadNorm }
  }

  /// The median distance over pairs of at most 128 images at an even stride (our choice); equal
  /// images do not count.
  var medians: [Double] {
    let (images, tokens) = (rows.shape[1], rows.shape[2])
    let picked = Array(stride(from: 0, to: images, by: (images + 127) / 128))
    let values = rows.values
    return (0..<rows.shape[0]).map { i in
      var squares: [Double] = []
      for (position, a) in picked.enumerated() {
        for b in picked[(position + 1)...] {
          let (first, second) = ((i * images + a) * tokens, (i * images + b) * tokens)
          var square = 0.0
          for t in 0..<tokens {
            let difference = Double(values[first + t]) - Double(values[second + t])
            square += difference * difference
          }
          if square != 0 { squares.append(square) }
        }
      }
      squares.sort()
      return squares.isEmpty ? 0 : squares[(squares.count - 1) / 2].squareRoot()
    }
  }
}

private func squaresAboutMean(_ column: [Float]) -> Double {
  let mean = column.reduce(0.0) { $0 + Double($1) } / Double(max(1, column.count))
  return column.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
}
