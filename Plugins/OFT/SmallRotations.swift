import PETL

/// The constraint of COFT, as PEFT has it: each row of the OFT weight has a matrix of a norm of at most
/// ε / √rows.
struct SmallRotations: ParameterGeometry {
  let name = "coft"
  /// ε, PEFT's `eps`.
  let epsilon: Double

  /// The rows [rows, count], the longer ones scaled back.
  ///
  /// A matrix has each number of its row twice.
  func settled(_ value: Tensor) -> Tensor {
    noGradient {
      let limit = Float(epsilon / Double(value.shape[0]).squareRoot())
      let norms = value.squared().sum(over: [1], keepingAxes: true).scaled(by: 2).sqrt()
      let factors = norms.values.map { $0 <= limit ? 1 : limit / $0 }
      return value * Tensor(factors, shape: norms.shape)
    }
  }
}
