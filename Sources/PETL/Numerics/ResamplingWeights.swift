/// For every sample of a resized axis, the window of input samples it is made of and their weights.
///
/// These are the windows of Pillow's `Image.resize` and of PyTorch's
/// `interpolate(antialias=True, align_corners=False)`, which agree: sample `i` of the output is
/// centred on `(i + 0.5)·s` of the input, where `s = input / output`; the filter is stretched by
/// `max(s, 1)` so that shrinking averages (antialiasing); the window is cut off at the borders and
/// its weights are normalised to sum 1.
package struct ResamplingWeights: Sendable {
  /// The interpolating filter, before it is stretched.
  package enum Filter: String, Sendable, CaseIterable {
    /// The triangle filter, of support 1.
    case bilinear
    /// Keys' cubic convolution with a = −0.5, of support 2.
    case bicubic
  }

  /// One output sample: the weights of consecutive input samples.
  package struct Window: Sendable {
    /// The index of the first input sample.
    package let first: Int
    /// The weights of the input samples from `first` on; their sum is 1.
    package let weights: [Double]
  }

  /// The number of input samples.
  package let inputCount: Int
  /// One window for each output sample that is kept, in order.
  package let windows: [Window]

  /// Computes the windows that resize an axis of `inputCount` samples to `outputCount`.
  ///
  /// - Parameters:
  ///   - filter: the interpolation.
  ///   - inputCount: how many samples there are.
  ///   - outputCount: how many there shall be.
  ///   - kept: the output samples that are asked for; nil for all.
  package init(
    _ filter: Filter, from inputCount: Int, to outputCount: Int, keeping kept: Range<Int>? = nil
  ) {
    require(
      inputCount > 0 && outputCount > 0,
      "An axis of \(inputCount) samples cannot be resized to \(outputCount): both must be positive."
    )
    let scale = Double(inputCount) / Double(outputCount)
    let stretch = max(scale, 1)
    let support = filter.support * stretch
    self.inputCount = inputCount
    self.windows = (kept ?? 0..<outputCount).map { index in
      let center = (Double(index) + 0.5) * scale
      let first = max(0, Int(center - support + 0.5))
      let end = min(inputCount, Int(center + support + 0.5))
      let inverse = 1 / stretch
      let weights = (first..<end).map {
        filter.weight(at: (Double($0) - center + 0.5) * inverse)
      }
      let sum = weights.reduce(0, +)
      return Window(first: first, weights: sum == 0 ? weights : weights.map { $0 / sum })
    }
  }
}

extension ResamplingWeights {
  /// Computes PyTorch's bicubic windows without antialiasing: four samples with a = −0.75, of which those
  /// beyond an edge count for the edge.
  init(plainBicubicFrom inputCount: Int, to outputCount: Int) {
    require(
      inputCount > 0 && outputCount > 0,
      "An axis of \(inputCount) samples cannot be resized to \(outputCount): both must be positive."
    )
    let (a, scale) = (-0.75, Double(inputCount) / Double(outputCount))
    self.inputCount = inputCount
    windows = (0..<outputCount).map { index in
      let position = (Double(index) + 0.5) * scale - 0.5
      let low = position.rounded(.down)
      let samples = (-1...2).map { Int(low) + $0 }
      let first = min(max(samples[0], 0), inputCount - 1)
      let last = min(max(samples[3], 0), inputCount - 1)
      var weights = [Double](repeating: 0, count: last - first + 1)
      for sample in samples {
        let x = abs(position - Double(sample))
        let weight =
          x < 1
          ? ((a + 2) * x - (a + 3)) * x * x + 1 : x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0
        weights[min(max(sample, 0), inputCount - 1) - first] += weight
      }
      return Window(first: first, weights: weights)
    }
  }
}

extension ResamplingWeights.Filter {
  /// Half the width of the filter, in samples.
  fileprivate var support: Double {
    switch self {
    case .bilinear: 1
    case .bicubic: 2
    }
  }

  /// The value of the filter at distance `x` from its centre.
  fileprivate func weight(at x: Double) -> Double {
    let x = abs(x)
    switch self {
    case .bilinear:
      return max(0, 1 - x)
    case .bicubic:
      let a = -0.5
      if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
      if x < 2 { return (((x - 5) * x + 8) * x - 4) * a }
      return 0
    }
  }
}
