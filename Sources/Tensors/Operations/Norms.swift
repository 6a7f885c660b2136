extension Tensor {
  /// The p-norm (Σ |x|^p)^(1/p) over some axes; sums in 64 bits.
  ///
  /// The slope where the norm is 0 is taken as 0. That of p = 1 where an element is 0 as well; that of p = ∞
  /// goes in equal parts to the largest elements.
  ///
  /// - Parameters:
  ///   - p: 1 or more; 1 for the sum of absolute values, `.infinity` for the largest.
  ///   - axes: each at most once, negative ones from the end; nil for all.
  ///   - keepingAxes: true to leave a 1 where an axis was.
  /// - Returns: a tensor without those axes.
  public func norm(_ p: Double = 2, over axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
    require(p >= 1, "A norm has an exponent of 1 or more, not \(p).")
    let lines = Lines(self, over: axes)
    let x = lines.matrix
    let y = Tensor(uninitialized: [x.shape[0]])
    Kernels.rowNorms(x, power: p, into: y)
    let values = x.detached()
    let result = Tensor.operation(y, [x.node]) { [node = x.node] dy, sink in
      let dx = Tensor(uninitialized: values.shape)
      Kernels.rowNormsBackward(values, y: y, dy: dy, power: p, into: dx)
      sink.add(dx, to: node)
    }
    return lines.shaped(result, keepingAxes: keepingAxes)
  }

  /// log Σ e^x over some axes, without overflow; −∞ where all elements are.
  ///
  /// - Parameters:
  ///   - axes: each at most once, negative ones from the end; nil for all.
  ///   - keepingAxes: true to leave a 1 where an axis was.
  /// - Returns: a tensor without those axes.
  public func logSumExp(over axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
    let lines = Lines(self, over: axes)
    let x = lines.matrix
    let y = Tensor(uninitialized: [x.shape[0]])
    Kernels.rowLogSums(x, into: y)
    let values = x.detached()
    let result = Tensor.operation(y, [x.node]) { [node = x.node] dy, sink in
      let column = [dy.count, 1]
      sink.add((values - y.reshaped(column)).exp() * dy.reshaped(column), to: node)
    }
    return lines.shaped(result, keepingAxes: keepingAxes)
  }

  /// The logarithm of the softmax over the last axis, of this tensor's shape: x − log Σ e^x.
  public func logSoftmax() -> Tensor {
    require(rank > 0, "A scalar has no rows.")
    return self - logSumExp(over: [-1], keepingAxes: true)
  }
}

extension Tensor {
  /// Every element to a power; NaN where the element is negative and the power is not a whole number.
  ///
  /// - Parameter exponent: any number; the slope at 0 is infinite for one between 0 and 1.
  /// - Returns: this tensor's shape.
  public func raised(to exponent: Double) -> Tensor {
    let y = Tensor(uninitialized: shape)
    Kernels.power(self, exponent, into: y)
    let x = detached()
    return .operation(y, [node]) { [node] dy, sink in
      let slope = Tensor(uninitialized: dy.shape)
      if exponent == 0 {
        Kernels.fill(slope, with: 0)
      } else {
        Kernels.power(x, exponent - 1, scaledBy: exponent, into: slope)
      }
      sink.add(dy * slope, to: node)
    }
  }
}
