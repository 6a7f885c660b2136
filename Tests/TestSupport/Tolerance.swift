import PETL

/// |got − wanted| ≤ absolute + relative · |wanted|, and NaN or infinity exactly where wanted.
package struct Tolerance {
  package var absolute: Double
  package var relative: Double

  package init(_ absolute: Double, _ relative: Double) {
    self.absolute = absolute
    self.relative = relative
  }

  package func accepts(_ got: Float, _ wanted: Double) -> Bool {
    if wanted.isNaN || got.isNaN { return wanted.isNaN && got.isNaN }
    if wanted.isInfinite { return Double(got) == wanted }
    return abs(Double(got) - wanted) <= absolute + relative * abs(wanted)
  }

  /// The first element that is too far off, in words.
  package func complaint(_ got: [Float], _ wanted: [Double]) -> String? {
    if got.count != wanted.count { return "\(got.count) elements instead of \(wanted.count)" }
    guard let i = got.indices.first(where: { !accepts(got[$0], wanted[$0]) }) else { return nil }
    return "element \(i) is \(got[i]) instead of \(wanted[i])"
  }

  package func complaint(_ got: Tensor, _ wanted: FixtureTensor) -> String? {
    if got.shape != wanted.shape { return "shape \(got.shape) instead of \(wanted.shape)" }
    return complaint(got.values, wanted.values.map(Double.init))
  }
}
