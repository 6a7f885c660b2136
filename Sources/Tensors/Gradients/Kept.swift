/// How to compute a tensor's values again from what is kept anyway.
///
/// The first use in a backward pass computes them, others share them, and whoever knows that no use
/// is left calls `forget`; so does the end of the graph.
final class Origin {
  private let compute: () -> Tensor
  private var values: Tensor?

  init(_ compute: @escaping () -> Tensor) { self.compute = compute }

  func value() -> Tensor {
    if let values { return values }
    let fresh = noGradient(compute)
    values = fresh
    return fresh
  }

  func forget() { values = nil }
}

/// A tensor that a backward pass will need: itself, or the way to compute it again.
struct Kept {
  private let shape: [Int]
  private let tensor: Tensor?
  private let origin: Origin?

  init(_ tensor: Tensor) {
    shape = tensor.shape
    origin = tensor.origin
    self.tensor = origin == nil ? tensor.detached() : nil
  }

  /// The values, outside of any graph.
  var value: Tensor {
    if let tensor { return tensor }
    guard let origin else { stopProgram("A kept tensor has values or an origin.") }
    return origin.value().reshaped(shape)
  }
}
