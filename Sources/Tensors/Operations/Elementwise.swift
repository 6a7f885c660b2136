/// Functions of every element by itself: the result has this tensor's shape.
extension Tensor {
  /// e to every element.
  public func exp() -> Tensor { mapped(.exp, keepsInput: false) }
  /// The natural logarithm of every element.
  public func log() -> Tensor { mapped(.log) }
  /// The square root of every element; its slope at 0 is infinite.
  public func sqrt() -> Tensor { mapped(.sqrt, keepsInput: false) }
  /// The absolute value of every element; its slope at 0 is taken as 0.
  public func abs() -> Tensor { mapped(.abs) }
  /// Every element times itself.
  public func squared() -> Tensor { mapped(.square) }
  /// max(x, 0); its slope at 0 is taken as 0.
  public func relu() -> Tensor { mapped(.relu) }
  /// x Φ(x), Φ the standard normal's distribution function (the exact form, not the tanh one).
  ///
  /// The slope is computed with the value and kept in the input's place.
  public func gelu() -> Tensor {
    let y = Tensor(uninitialized: shape)
    let slope = node != nil && GradientMode.isRecording ? Tensor(uninitialized: shape) : nil
    Kernels.gelu(self, into: y, slope: slope)
    return .operation(y, [node]) { [node] dy, sink in
      guard let slope else { return }
      let dx = Tensor(uninitialized: dy.shape)
      Kernels.binary(.multiply, dy, slope, into: dx)
      sink.add(dx, to: node)
    }
  }
  /// x σ(1.702 x): the approximation that OpenAI's CLIP was trained with.
  public func quickGELU() -> Tensor { mapped(.quickGELU) }
  /// x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2: the approximation of GELU that JAX, and so SigLIP's and
  /// others' networks, have.
  public func geluTanh() -> Tensor {
    // (1 + tanh z) / 2 is σ(2 z).
    let factor = 2 * (2 / Float.pi).squareRoot()
    let cubic = squared().scaled(by: 0.044715) * self
    return self * (self + cubic).scaled(by: factor).sigmoid()
  }
  /// The hyperbolic tangent of every element.
  public func tanh() -> Tensor { mapped(.tanh, keepsInput: false) }
  /// The logistic function of every element, 1 / (1 + e^-x).
  public func sigmoid() -> Tensor { mapped(.sigmoid, keepsInput: false) }
  /// log(1 + e^x) of every element: a smooth `relu()`.
  public func softplus() -> Tensor { mapped(.softplus) }
  /// x σ(x), also called swish.
  public func silu() -> Tensor { mapped(.silu) }
  /// One divided by every element.
  public func reciprocal() -> Tensor { mapped(.reciprocal, keepsInput: false) }

  /// −1, 0 or 1; its slope is 0 everywhere.
  public func sign() -> Tensor { mapped(.sign) }
  /// The sine, for arguments up to about 1e4.
  public func sin() -> Tensor { mapped(.sine) }
  /// The cosine, for arguments up to about 1e4.
  public func cos() -> Tensor { mapped(.cosine) }

  /// Every element brought into a range; the slope is 1 inside and at the ends, 0 outside.
  public func clamped(to range: ClosedRange<Float>) -> Tensor {
    let y = Tensor(uninitialized: shape)
    Kernels.binary(.maximum, self, Tensor(range.lowerBound), into: y)
    Kernels.binary(.minimum, y, Tensor(range.upperBound), into: y)
    let x = detached()
    return .operation(y, [node]) { [node] dy, sink in
      let dx = Tensor(uninitialized: dy.shape)
      Kernels.clampBackward(
        lower: range.lowerBound, upper: range.upperBound, x: x, dy: dy, into: dx)
      sink.add(dx, to: node)
    }
  }

  /// The slope is computed from the input or, for some functions, from the output: only what the
  /// rule needs is kept.
  private func mapped(_ function: Kernels.Unary, keepsInput: Bool = true) -> Tensor {
    let y = Tensor(uninitialized: shape)
    Kernels.unary(function, self, into: y)
    let kept = keepsInput ? detached() : y
    return .operation(y, [node]) { [node] dy, sink in
      let dx = Tensor(uninitialized: dy.shape)
      Kernels.unaryBackward(function, x: kept, y: kept, dy: dy, into: dx)
      sink.add(dx, to: node)
    }
  }
}
