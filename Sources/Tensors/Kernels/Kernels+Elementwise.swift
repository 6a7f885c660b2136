import CKernels

extension petl_unary {
  static var exp: Self { PETL_EXP }
  static var log: Self { PETL_LOG }
  static var sqrt: Self { PETL_SQRT }
  static var abs: Self { PETL_ABS }
  static var square: Self { PETL_SQUARE }
  static var relu: Self { PETL_RELU }
  static var quickGELU: Self { PETL_QUICK_GELU }
  static var tanh: Self { PETL_TANH }
  static var sigmoid: Self { PETL_SIGMOID }
  static var reciprocal: Self { PETL_RECIPROCAL }
  static var sign: Self { PETL_SIGN }
  static var sine: Self { PETL_SIN }
  static var cosine: Self { PETL_COS }
  static var softplus: Self { PETL_SOFTPLUS }
  static var silu: Self { PETL_SILU }
}

extension petl_binary {
  static var add: Self { PETL_ADD }
  static var subtract: Self { PETL_SUBTRACT }
  static var multiply: Self { PETL_MULTIPLY }
  static var divide: Self { PETL_DIVIDE }
  static var maximum: Self { PETL_MAXIMUM }
  static var minimum: Self { PETL_MINIMUM }
}

extension Kernels {
  static func unary(_ operation: Unary, _ x: Tensor, into y: Tensor) {
    Workers.split(x.count, grain: grain) { r in
      let i = r.lowerBound
      unsafe table.unary(Int32(operation.rawValue), r.count, x.pointer + i, y.pointer + i)
    }
  }

  /// y = gelu(x), and the slope there when asked for; y may be x.
  static func gelu(_ x: Tensor, into y: Tensor, slope: Tensor?) {
    Workers.split(x.count, grain: grain) { r in
      let i = r.lowerBound
      unsafe table.gelu(
        r.count, x.pointer + i, y.pointer + i, slope.map { unsafe $0.pointer + i })
    }
  }

  /// y = x σ(1.702 x), and the slope there when asked for; y may be x.
  static func quickGELU(_ x: Tensor, into y: Tensor, slope: Tensor?) {
    Workers.split(x.count, grain: grain) { r in
      let i = r.lowerBound
      unsafe table.quick_gelu(
        r.count, x.pointer + i, y.pointer + i, slope.map { unsafe $0.pointer + i })
    }
  }

  static func unaryBackward(
    _ operation: Unary, x: Tensor, y: Tensor, dy: Tensor, into dx: Tensor
  ) {
    Workers.split(x.count, grain: grain) { r in
      let i = r.lowerBound
      unsafe table.unary_backward(
        Int32(operation.rawValue), r.count, x.pointer + i, y.pointer + i, dy.pointer + i,
        dx.pointer + i)
    }
  }

  /// y = a op b for tensors of one shape, or with b a scalar.
  static func binary(_ operation: Binary, _ a: Tensor, _ b: Tensor, into y: Tensor) {
    require(
      a.count == y.count && (b.count == y.count || b.count == 1),
      "\(a.shape) and \(b.shape) do not give \(y.shape).")
    let step = b.count == 1 && y.count != 1 ? 0 : 1
    Workers.split(y.count, grain: grain) { r in
      let i = r.lowerBound
      unsafe table.binary(
        Int32(operation.rawValue), r.count, a.pointer + i, 1, b.pointer + i * step, step,
        y.pointer + i)
    }
  }

  static func scale(_ x: Tensor, by factor: Float, into y: Tensor) {
    require(x.count == y.count, "\(x.shape) and \(y.shape) have not as many elements.")
    Workers.split(x.count, grain: grain) { r in
      let i = r.lowerBound
      unsafe table.scale(r.count, factor, x.pointer + i, y.pointer + i)
    }
  }

  /// Adds factor x to y.
  static func add(_ x: Tensor, scaledBy factor: Float, to y: Tensor) {
    require(x.count == y.count, "\(x.shape) and \(y.shape) have not as many elements.")
    Workers.split(x.count, grain: grain) { r in
      let i = r.lowerBound
      unsafe table.axpy(r.count, factor, x.pointer + i, y.pointer + i)
    }
  }

  /// dx = dy where lower ≤ x ≤ upper, else 0.
  static func clampBackward(
    lower: Float, upper: Float, x: Tensor, dy: Tensor, into dx: Tensor
  ) {
    for i in 0..<x.count {
      let isInside = unsafe x.pointer[i] >= lower && x.pointer[i] <= upper
      unsafe dx.pointer[i] = isInside ? dy.pointer[i] : 0
    }
  }

  /// y[i] = a[i] + s[i / period] b[i]: a branch that comes back to its residual stream, each image
  /// with its own factor.
  static func addScaledBlocks(_ a: Tensor, _ b: Tensor, factors: [Float], into y: Tensor) {
    let period = y.count / max(1, factors.count)
    Workers.split(factors.count, grain: max(1, grain / max(1, period))) { r in
      for block in r {
        let i = block * period
        unsafe table.scale(period, factors[block], b.pointer + i, y.pointer + i)
        unsafe table.axpy(period, 1, a.pointer + i, y.pointer + i)
      }
    }
  }

  /// Each block of x times its own factor: y[i] = s[i / period] x[i].
  static func scaleBlocks(_ x: Tensor, factors: [Float], into y: Tensor) {
    let period = y.count / max(1, factors.count)
    Workers.split(factors.count, grain: max(1, grain / max(1, period))) { r in
      for block in r {
        let i = block * period
        unsafe table.scale(period, factors[block], x.pointer + i, y.pointer + i)
      }
    }
  }

  static func sum(_ x: Tensor) -> Float { unsafe table.sum(x.count, x.pointer) }

  static func dot(_ x: Tensor, _ y: Tensor) -> Float {
    require(x.count == y.count, "\(x.shape) and \(y.shape) have not as many elements.")
    return unsafe table.dot(x.count, x.pointer, y.pointer)
  }
}

extension Kernels {
  static func dropoutMask(key: UInt64, counter: UInt64, probability: Float, into mask: Tensor) {
    Workers.split(mask.count, grain: grain, multiple: 4) { r in
      unsafe petl_dropout_mask(
        key, counter &* 4 &+ UInt64(r.lowerBound), r.count, probability,
        mask.pointer + r.lowerBound)
    }
  }

  /// One AdamW step in place over a parameter and its moments.
  static func adamW(
    _ w: Tensor, gradient: Tensor, first m: Tensor, second v: Tensor, _ step: AdamWStep
  ) {
    require(
      w.count == gradient.count && w.count == m.count && w.count == v.count,
      "\(gradient.shape), \(m.shape) and \(v.shape) are not of the parameter's shape \(w.shape).")
    Workers.split(w.count, grain: grain) { r in
      let i = r.lowerBound
      unsafe table.adamw(
        r.count, w.pointer + i, gradient.pointer + i, m.pointer + i, v.pointer + i, step.rate,
        step.rest1, step.beta2, step.rest2, step.epsilon, step.decay, step.correction1,
        step.correction2)
    }
  }
}
