/// The numbers of one step of AdamW (Loshchilov and Hutter, arXiv 1711.05101), in PyTorch's order
/// of operations: w ← w (1 − η decay) − η m̂ / (√v̂ + ε).
package struct AdamWStep: Sendable {
  var rate: Float
  /// 1 − β₁, rounded once.
  var rest1: Float
  var beta2: Float
  /// 1 − β₂, rounded once: 1 − Float(0.999) would be 1e-5 off.
  var rest2: Float
  var epsilon: Float
  var decay: Float
  var correction1: Float
  var correction2: Float

  /// Makes the step with a number, counted from 1.
  package init(
    number: Int, rate: Double, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-8, decay: Double
  ) {
    self.rate = Float(rate)
    self.rest1 = Float(1 - beta1)
    self.beta2 = Float(beta2)
    self.rest2 = Float(1 - beta2)
    self.epsilon = Float(epsilon)
    self.decay = Float(decay)
    self.correction1 = Float(1 - power(beta1, Double(number)))
    self.correction2 = Float(1 - power(beta2, Double(number)))
  }

  /// Takes the step in place.
  ///
  /// - Parameters:
  ///   - weight: changed in place.
  ///   - gradient: of the weight's shape.
  ///   - first: the running mean of gradients, changed in place.
  ///   - second: the running mean of squared gradients, changed in place.
  package func apply(to weight: Tensor, gradient: Tensor, first: Tensor, second: Tensor) {
    Kernels.adamW(weight, gradient: gradient, first: first, second: second, self)
  }
}
