extension Tensor {
  /// The matrix product over the last two axes.
  ///
  /// Leading axes must be equal, or the right operand may have none and serves every matrix.
  ///
  /// - Parameters:
  ///   - other: [..., K, N], or [..., N, K] when transposed.
  ///   - transposingSelf: reads this tensor as [..., K, M] instead of [..., M, K].
  ///   - transposingOther: reads the other as [..., N, K].
  /// - Returns: [..., M, N].
  public func matmul(
    _ other: Tensor, transposingSelf: Bool = false, transposingOther: Bool = false
  ) -> Tensor {
    let (a, b) = (self, other)
    require(a.rank >= 2 && b.rank >= 2, "\(a.shape) × \(b.shape): a matrix has two axes.")
    let y = Tensor.product(a, b, transposingSelf, transposingOther)
    let (an, bn) = (a.node, b.node)
    let (av, bv) = (bn == nil ? nil : a.detached(), an == nil ? nil : b.detached())
    return .operation(y, [an, bn]) { dy, sink in
      if let an, let bv {
        let da: Tensor
        if !transposingSelf {
          da = Tensor.product(dy, bv, false, !transposingOther)
        } else if bv.rank == dy.rank {
          da = Tensor.product(bv, dy, transposingOther, true)
        } else {
          // A shared matrix can only stand on the right.
          da = Tensor.product(dy, bv, false, !transposingOther).transposed()
        }
        sink.add(da, to: an)
      }
      if let bn, let av {
        let isShared = bn.shape.count == 2 && av.rank > 2
        // A matrix that served all others: their gradients add up, which is one long product.
        let (left, right) =
          isShared && !transposingSelf ? (Tensor.stacked(av), Tensor.stacked(dy)) : (av, dy)
        let db =
          transposingOther
          ? Tensor.product(right, left, true, transposingSelf)
          : Tensor.product(left, right, !transposingSelf, false)
        sink.add(db.shape == bn.shape ? db : db.summed(to: bn.shape), to: bn)
      }
    }
  }

  /// [..., M, N] as [-1, N].
  private static func stacked(_ x: Tensor) -> Tensor { x.reshaped([-1, x.shape[x.rank - 1]]) }

  /// The product, outside of any graph.
  private static func product(_ a: Tensor, _ b: Tensor, _ ta: Bool, _ tb: Bool) -> Tensor {
    let (ar, ac) = (a.shape[a.rank - 2], a.shape[a.rank - 1])
    let (br, bc) = (b.shape[b.rank - 2], b.shape[b.rank - 1])
    let (m, k) = ta ? (ac, ar) : (ar, ac)
    let (k2, n) = tb ? (bc, br) : (br, bc)
    let leading = a.shape.dropLast(2)
    require(k == k2, "\(a.shape) × \(b.shape): the inner axes differ.")
    require(
      b.rank == 2 || b.shape.dropLast(2) == leading,
      "\(a.shape) × \(b.shape): the leading axes differ.")
    let batch = leading.reduce(1, *)
    let y = Tensor(uninitialized: leading + [m, n])
    func left(_ i: Int) -> GEMM.Matrix {
      .init(a, offset: i * ar * ac, rows: ar, cols: ac, transposed: ta)
    }
    func right(_ i: Int) -> GEMM.Matrix {
      .init(b, offset: b.rank == 2 ? 0 : i * br * bc, rows: br, cols: bc, transposed: tb)
    }
    func target(_ i: Int) -> GEMM.Matrix { .init(y, offset: i * m * n, rows: m, cols: n) }
    if b.rank == 2, !ta {
      // One matrix for all: a single tall product.
      GEMM.multiply(
        .init(a, rows: batch * m, cols: k), right(0), into: .init(y, rows: batch * m, cols: n))
    } else if batch < Workers.count {
      for i in 0..<batch { GEMM.multiply(left(i), right(i), into: target(i)) }
    } else {
      let least = max(1, (1 << 17) / max(1, m * n * k))
      Workers.split(batch, grain: least) { range in
        for i in range {
          GEMM.run(left(i), right(i), 1, target(i), false, rows: 0..<m, cols: 0..<n)
        }
      }
    }
    return y
  }
}
