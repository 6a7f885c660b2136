/// Element-wise arithmetic with broadcasting, as NumPy has it: shapes are aligned at their last
/// axes, and an axis of length 1 is repeated.
///
/// [8, 1, 3] and [4, 1] give [8, 4, 3]. Shapes that do not fit stop the program with both in the sentence;
/// a gradient is summed over the axes that were repeated.
extension Tensor {
  /// The element-wise sum.
  public static func + (a: Tensor, b: Tensor) -> Tensor {
    operation(combined(.add, a, b), [a.node, b.node]) { [an = a.node, bn = b.node] dy, sink in
      sink.add(dy.summed(to: an?.shape ?? []), to: an)
      sink.add(dy.summed(to: bn?.shape ?? []), to: bn)
    }
  }

  /// The element-wise difference.
  public static func - (a: Tensor, b: Tensor) -> Tensor {
    operation(combined(.subtract, a, b), [a.node, b.node]) { [an = a.node, bn = b.node] dy, sink in
      sink.add(dy.summed(to: an?.shape ?? []), to: an)
      sink.add(dy.scaled(by: -1).summed(to: bn?.shape ?? []), to: bn)
    }
  }

  /// The element-wise product.
  public static func * (a: Tensor, b: Tensor) -> Tensor {
    let (an, bn) = (a.node, b.node)
    // Each factor is kept only for the other's gradient.
    let (av, bv) = (bn == nil ? nil : a.detached(), an == nil ? nil : b.detached())
    return operation(combined(.multiply, a, b), [an, bn]) { dy, sink in
      if let an, let bv { sink.add((dy * bv).summed(to: an.shape), to: an) }
      if let bn, let av { sink.add((dy * av).summed(to: bn.shape), to: bn) }
    }
  }

  /// The element-wise quotient.
  public static func / (a: Tensor, b: Tensor) -> Tensor {
    let (an, bn) = (a.node, b.node)
    let y = combined(.divide, a, b)
    let (bv, yv) = (b.detached(), bn == nil ? nil : y)
    return operation(y, [an, bn]) { dy, sink in
      let slope = dy / bv
      if let an { sink.add(slope.summed(to: an.shape), to: an) }
      if let bn, let yv { sink.add((slope * yv).scaled(by: -1).summed(to: bn.shape), to: bn) }
    }
  }

  /// Adds a number to every element.
  public static func + (a: Tensor, b: Float) -> Tensor { a + Tensor(b) }
  /// Subtracts a number from every element.
  public static func - (a: Tensor, b: Float) -> Tensor { a + Tensor(-b) }
  /// A number minus every element.
  public static func - (a: Float, b: Tensor) -> Tensor { b.scaled(by: -1) + a }
  /// Multiplies every element by a number.
  public static func * (a: Tensor, b: Float) -> Tensor { a.scaled(by: b) }
  /// Multiplies every element by a number.
  public static func * (a: Float, b: Tensor) -> Tensor { b.scaled(by: a) }
  /// Divides every element by a number.
  public static func / (a: Tensor, b: Float) -> Tensor { a.scaled(by: 1 / b) }
  /// The negative of every element.
  public static prefix func - (a: Tensor) -> Tensor { a.scaled(by: -1) }

  /// Every element times a number; of this tensor's shape.
  public func scaled(by factor: Float) -> Tensor {
    let y = Tensor(uninitialized: shape)
    Kernels.scale(self, by: factor, into: y)
    return .operation(y, [node]) { [node] dy, sink in
      sink.add(dy.scaled(by: factor), to: node)
    }
  }

  /// The shape of the two operands together.
  static func broadcastShape(_ a: [Int], _ b: [Int]) -> [Int] {
    let rank = max(a.count, b.count)
    return (0..<rank).map { axis in
      let x = axis - (rank - a.count)
      let y = axis - (rank - b.count)
      let (m, n) = (x < 0 ? 1 : a[x], y < 0 ? 1 : b[y])
      require(m == n || m == 1 || n == 1, "Shapes \(a) and \(b) do not broadcast.")
      return m == 1 ? n : m
    }
  }

  private static func combined(_ operation: Kernels.Binary, _ a: Tensor, _ b: Tensor) -> Tensor {
    let y = Tensor(uninitialized: broadcastShape(a.shape, b.shape))
    if a.shape == y.shape, b.shape == y.shape || b.count == 1 {
      Kernels.binary(operation, a, b, into: y)
    } else {
      Kernels.broadcastBinary(operation, a, b, into: y)
    }
    return y
  }

  /// The reverse of a broadcast: summed over the axes that were repeated.
  ///
  /// Not differentiable.
  func summed(to target: [Int]) -> Tensor {
    if shape == target { return self }
    let y = Tensor.zeros(target)
    Kernels.add(
      shape: shape, from: self, strides: Kernels.strides(shape), to: y,
      strides: Kernels.broadcastStrides(target, to: shape))
    return y
  }
}
