extension Tensor {
  /// Normalisation by the root mean square over the last axis: x / √(mean x² + eps) · weight (Zhang and
  /// Sennrich, arXiv 1910.07467).
  ///
  /// - Parameters:
  ///   - weight: [width], frozen or trained.
  ///   - eps: 1e-5 or 1e-6 in most networks.
  ///   - addsOne: whether 1 + weight is multiplied by, as in Gemma.
  /// - Returns: the same shape.
  public func rmsNorm(weight: Tensor, eps: Float, addsOne: Bool = false) -> Tensor {
    addsOne ? rmsNorm(weight + 1, eps) : rmsNorm(weight, eps)
  }

  private func rmsNorm(_ weight: Tensor, _ eps: Float) -> Tensor {
    let (rows, cols) = Kernels.matrix(self)
    require(weight.shape == [cols], "A weight of \(weight.shape) does not fit \(shape).")
    let y = Tensor(uninitialized: shape)
    let rstd = Tensor(uninitialized: [rows])
    Kernels.rmsNorm(self, weight: weight, eps: eps, into: y, rstd: rstd)
    let (x, value) = (detached(), weight.detached())
    // As with a layer norm, the output is computed again where an adapter's gradient needs it.
    let origin = GradientMode.isRecording ? Origin { x.rmsNorm(value, eps) } : nil
    var result = Tensor.operation(y, [node, weight.node]) {
      [node, weightNode = weight.node] dy, sink in
      if weightNode != nil {
        let dweight = Tensor.zeros([cols])
        Kernels.rmsNormWeight(x, rstd: rstd, dy: dy, addingTo: dweight)
        sink.add(dweight, to: weightNode)
      }
      sink.accumulate(to: node) { dx, adding in
        Kernels.rmsNormBackward(x, weight: value, rstd: rstd, dy: dy, into: dx, adding: adding)
      }
      origin?.forget()
    }
    result.origin = origin
    return result
  }
}
