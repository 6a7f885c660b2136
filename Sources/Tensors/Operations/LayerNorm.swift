extension Tensor {
  /// Layer normalisation over the last axis: γ (x − mean) / √(variance + eps) + β.
  ///
  /// The variance is the biased one, as in PyTorch.
  ///
  /// - Parameters:
  ///   - gamma: [width], frozen or trained.
  ///   - beta: [width], frozen or trained.
  ///   - eps: 1e-6 in timm's Vision Transformers, 1e-12 in Hugging Face's.
  /// - Returns: the same shape.
  public func layerNorm(gamma: Tensor, beta: Tensor, eps: Float) -> Tensor {
    let (rows, cols) = Kernels.matrix(self)
    require(gamma.shape == [cols] && beta.shape == [cols], "γ and β have \(cols) elements.")
    let y = Tensor(uninitialized: shape)
    let mean = Tensor(uninitialized: [rows])
    let rstd = Tensor(uninitialized: [rows])
    Kernels.layerNorm(self, gamma: gamma, beta: beta, eps: eps, into: y, mean: mean, rstd: rstd)
    let (x, weight) = (detached(), gamma.detached())
    let origin = recomputing(x, gamma: weight, beta: beta.detached(), eps: eps)
    var result = Tensor.operation(y, [node, gamma.node, beta.node]) {
      [node, gammaNode = gamma.node, betaNode = beta.node] dy, sink in
      if gammaNode != nil || betaNode != nil {
        let (dgamma, dbeta) = (Tensor.zeros([cols]), Tensor.zeros([cols]))
        Kernels.layerNormAffine(x, mean: mean, rstd: rstd, dy: dy, dgamma: dgamma, dbeta: dbeta)
        sink.add(dgamma, to: gammaNode)
        sink.add(dbeta, to: betaNode)
      }
      sink.accumulate(to: node) { dx, adding in
        Kernels.layerNormBackward(
          x, gamma: weight, mean: mean, rstd: rstd, dy: dy, into: dx, adding: adding)
      }
      // Whoever used the output has a gradient by now.
      origin?.forget()
    }
    result.origin = origin
    return result
  }

  /// The output again, from the input that the backward pass keeps anyway: one pass over it, against
  /// as much memory as the residual stream in every layer.
  private func recomputing(_ x: Tensor, gamma: Tensor, beta: Tensor, eps: Float) -> Origin? {
    guard GradientMode.isRecording else { return nil }
    return Origin { x.layerNorm(gamma: gamma, beta: beta, eps: eps) }
  }
}
