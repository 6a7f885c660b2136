import PETL
import Synchronization

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
  ///
  /// - Parameters:
  ///   - filter: the interpolation.
  ///   - inputCount: how many samples there are.
  ///   - outputCount: how many there shall be.
  ///   - kept: which of those are asked for; nil for all.
  init(
    _ filter: ResamplingWeights.Filter, from inputCount: Int, to outputCount: Int,
    keeping kept: Range<Int>? = nil
  ) {
    let windows = ResamplingWeights(filter, from: inputCount, to: outputCount, keeping: kept)
      .windows
    let stride = windows.map(\.weights.count).max() ?? 0
    var weights = [Int32](repeating: 0, count: windows.count * stride)
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

  /// The input samples that any output sample is made of.
  var inputs: Range<Int> {
    (first.min() ?? 0)..<(zip(first, taps).map(+).max() ?? 0)
  }

  /// The same as the initializer gives, out of a small store: files of a set share a few sizes.
  static func stored(
    _ filter: ResamplingWeights.Filter, from inputCount: Int, to outputCount: Int,
    keeping kept: Range<Int>
  ) -> FixedPointWeights {
    let key = Key(filter: filter, from: inputCount, to: outputCount, kept: kept)
    if let found = store.withLock({ $0[key] }) { return found }
    let made = FixedPointWeights(filter, from: inputCount, to: outputCount, keeping: kept)
    store.withLock { store in
      if store.count >= 512 { store.removeAll() }
      store[key] = made
    }
    return made
  }

  private struct Key: Hashable {
    let filter: ResamplingWeights.Filter
    let from: Int
    let to: Int
    let kept: Range<Int>
  }

  private static let store = Mutex<[Key: FixedPointWeights]>([:])
}
