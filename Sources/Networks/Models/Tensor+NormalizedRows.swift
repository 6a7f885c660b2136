import PETL

extension Tensor {
  /// The rows of a matrix at length 1; a row of zeros stays.
  func normalizedRows() -> Tensor {
    // Far below the square of any length that matters, and not 0.
    self / (squared().sum(over: [1], keepingAxes: true) + 1e-24).sqrt()
  }
}
