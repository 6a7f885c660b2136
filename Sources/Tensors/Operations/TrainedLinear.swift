extension Tensor {
  /// A linear map whose weights may be trained: x Wᵀ + bias.
  ///
  /// - Parameters:
  ///   - weight: [out, in].
  ///   - bias: [out], or nil.
  /// - Returns: [..., out]. This tensor is x, [..., in].
  public func linear(weight: Tensor, bias: Tensor? = nil) -> Tensor {
    let (_, width) = Kernels.matrix(self)
    require(
      weight.rank == 2 && weight.shape[1] == width,
      "A weight of shape \(weight.shape) does not fit inputs of shape \(shape).")
    let y = Tensor(uninitialized: shape.dropLast() + [weight.shape[0]])
    let product = DenseProduct(weight: weight, bias: bias)
    product.apply(to: self, into: y)
    let (xn, wn, bn) = (node, weight.node, bias?.node)
    let x = wn == nil ? nil : Kept(self)
    return .operation(y, [xn, wn, bn]) { dy, sink in
      if let x {
        sink.accumulate(to: wn) { dw, adding in
          GEMM.multiply(
            .init(dy, transposed: true), .init(x.value), into: .init(dw), adding: adding)
        }
      }
      sink.accumulate(to: bn) { db, adding in
        if !adding { Kernels.fill(db, with: 0) }
        Kernels.addColumnSums(of: dy, to: db)
      }
      sink.accumulate(to: xn) { dx, adding in
        product.applyTransposed(to: dy, into: dx, finish: adding ? .adding(dx) : .none)
      }
    }
  }
}
