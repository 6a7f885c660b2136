import PETL

@testable import Optimization

extension Optimizer {
  /// A step by gradients that were found already.
  func step(_ gradients: Gradients, rate: Double, scale: Double = 1) throws {
    try step(FoundGradients(StepGradients(gradients, scale: scale)) { .nan }, rate: rate)
  }
}
