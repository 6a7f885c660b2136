/// Where the coefficients S of subspaces are: in one tensor, or in the parts of a batch.
protocol CoefficientSource: AnyObject {
  /// S, [tokens, r].
  var coefficients: Tensor { get }
  /// The coefficients of what is added beside the subspaces, [tokens, k].
  var remainder: Tensor? { get }
  /// SᵀS, [r, r].
  func gram() -> Tensor
  /// SᵀS of what is left without the mean over tokens, [r, r].
  func centeredGram() -> Tensor
}

/// Coefficients in one tensor.
final class HeldCoefficients: CoefficientSource {
  let coefficients: Tensor
  let remainder: Tensor?

  init(_ coefficients: Tensor, remainder: Tensor?) {
    (self.coefficients, self.remainder) = (coefficients, remainder)
  }

  func gram() -> Tensor { coefficients.gram() }
  func centeredGram() -> Tensor { coefficients.gram(centered: true) }
}
