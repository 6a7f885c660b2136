import Tensors
import Testing

/// |got − wanted| ≤ absolute + relative · |wanted|, and NaN or infinity exactly where wanted.
struct Tolerance {
  var absolute: Double
  var relative: Double

  init(_ absolute: Double, _ relative: Double) {
    self.absolute = absolute
    self.relative = relative
  }

  func accepts(_ got: Float, _ wanted: Double) -> Bool {
    if wanted.isNaN || got.isNaN { return wanted.isNaN && got.isNaN }
    if wanted.isInfinite { return Double(got) == wanted }
    return abs(Double(got) - wanted) <= absolute + relative * abs(wanted)
  }

  /// The first element that is too far off, in words.
  func complaint(_ got: [Float], _ wanted: [Double]) -> String? {
    if got.count != wanted.count { return "\(got.count) elements instead of \(wanted.count)" }
    guard let i = got.indices.first(where: { !accepts(got[$0], wanted[$0]) }) else { return nil }
    return "element \(i) is \(got[i]) instead of \(wanted[i])"
  }

  func complaint(_ got: Tensor, _ wanted: Fixture.Values) -> String? {
    if got.shape != wanted.shape { return "shape \(got.shape) instead of \(wanted.shape)" }
    return complaint(got.values, wanted.values.map(Double.init))
  }
}

/// Reproducible values of order one.
func sample(_ count: Int, _ seed: UInt64 = 1, deviation: Float = 1) -> [Float] {
  var generator = RandomGenerator(seed: seed)
  return generator.normal(count, deviation: deviation)
}

/// A reproducible tensor of order one.
func sample(_ shape: [Int], _ seed: UInt64 = 1) -> Tensor {
  Tensor(sample(shape.reduce(1, *), seed), shape: shape)
}
