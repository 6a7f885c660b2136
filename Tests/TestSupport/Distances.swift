import PETL

/// The largest |a − b|; a NaN or another count is infinitely far.
package func distance(_ a: [Float], _ b: [Float]) -> Float {
  guard a.count == b.count else { return .infinity }
  var largest: Float = 0
  for (x, y) in zip(a, b) {
    let difference = abs(x - y)
    guard !difference.isNaN else { return .infinity }
    largest = max(largest, difference)
  }
  return largest
}

/// The largest |a − b| in units of the largest |b|.
package func relativeDistance(_ a: Tensor, _ b: Tensor) -> Float {
  guard a.shape == b.shape else { return .infinity }
  let size = distance(b.values, Array(repeating: 0, count: b.count))
  return distance(a.values, b.values) / max(size, .leastNormalMagnitude)
}
