import PETL

/// What the kernel measure needs to know of each coefficient, outside of any graph.
struct CoefficientColumns {
  /// The largest minus the smallest value; NaN where a value is not finite.
  let ranges: [Double]
  /// The middle between the two.
  let centers: [Float]
  /// Whether the norm about the mean counts as zero.
  let isDead: [Bool]
  /// How many elements a coefficient has.
  let elements: Int
  /// At most 512 elements of each coefficient at an even stride, sorted.
  let samples: [[Float]]

  /// Looks at S, [elements, r], and SᵀHS, [r, r].
  init(_ s: Tensor, gram: Tensor) {
    let (n, r) = (s.shape[0], s.shape[1])
    let diagonal = gram.values.enumerated().filter { $0.offset % (r + 1) == 0 }.map(\.element)
    // A NaN must show: it is neither dead nor has it a range.
    isDead = diagonal.map { $0.squareRoot() <= Tensor.deadNorm }
    let (low, high) = s.columnExtremes()
    let (lows, highs) = (low.values, high.values)
    ranges = (0..<r).map { diagonal[$0].isFinite ? Double(highs[$0]) - Double(lows[$0]) : .nan }
    centers = zip(lows, highs).map { $0 / 2 + $1 / 2 }
    elements = n
    let picked = s.detached().gathered(Array(stride(from: 0, to: n, by: (n + 511) / 512)))
    let rows = picked.values
    samples = (0..<r).map { i in
      stride(from: i, to: rows.count, by: r).map { rows[$0] }.sorted()
    }
  }

  /// The median distance for each coefficient, over pairs of its sample (our choice); equal elements do
  /// not count, as in the CKA code that is the reconstruction's model: a rectified coefficient is zero
  /// nearly everywhere.
  var medians: [Double] {
    let found = samples.map { _ in Box() }
    Workers.run(samples.count) { found[$0].value = medianDistance(samples[$0]) }
    return found.map(\.value)
  }

  /// Where a thread leaves what it found.
  private final class Box { var value = 0.0 }

  /// The Gaussian kernel of each coefficient as a sum of cosines; nil where a kernel in full is cheaper
  /// or better.
  ///
  /// - Parameter factors: 1 / bandwidth, 0 for a dead coefficient.
  /// - Returns: one for each coefficient.
  func gaussianKernels(factors: [Float]) -> [CosineSeries]? {
    var kernels: [CosineSeries] = []
    for (i, factor) in factors.enumerated() {
      guard
        let kernel = FourierFeatures(
          range: ranges[i] * Double(factor), elements: elements, sample: samples[i],
          factor: Double(factor))
      else { return nil }
      kernels.append(kernel.series(factor: factor, center: centers[i]))
    }
    return kernels
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
