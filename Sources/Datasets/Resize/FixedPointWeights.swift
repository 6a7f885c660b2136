import PETL

/// Pillow's resampling weights of one axis: those of `ResamplingWeights`, rounded to 22 binary
/// places (`normalize_coeffs_8bpc` of Pillow's Resample.c).
struct FixedPointWeights: Sendable {
  /// The number of binary places.
  static let places: Int32 = 22

  /// For each output sample, its first input sample.
  let first: [Int]
  /// For each output sample, how many input samples it is made of.
  let taps: [Int]
  /// The weights of output sample `i`, at `i * stride ..< i * stride + taps[i]`.
  let weights: [Int32]
  /// The most input samples that an output sample is made of.
  let stride: Int

  /// Computes the weights that resize `inputCount` samples to `outputCount`.
  init(_ filter: ResamplingWeights.Filter, from inputCount: Int, to outputCount: Int) {
    let windows = ResamplingWeights(filter, from: inputCount, to: outputCount).windows
    let stride = windows.map(\.weights.count).max() ?? 0
    var weights = [Int32](repeating: 0, count: outputCount * stride)
    for (index, window) in windows.enumerated() {
      for (tap, weight) in window.weights.enumerated() {
        let scaled = weight * Double(1 << Self.places)
        weights[index * stride + tap] = Int32(scaled + (scaled < 0 ? -0.5 : 0.5))
      }
    }
    self.first = windows.map(\.first)
    self.taps = windows.map(\.weights.count)
    self.weights = weights
    self.stride = stride
  }
}
