import CKernels

/// Kernels over the rows of a matrix: the last axis is `cols`, all others together are `rows`.
extension Kernels {
  /// The rows and columns of a tensor seen as a matrix.
  static func matrix(_ x: Tensor) -> (rows: Int, cols: Int) {
    guard let cols = x.shape.last else { return (1, 1) }
    return (x.shape.dropLast().reduce(1, *), cols)
  }

  private static func rowGrain(_ cols: Int) -> Int { max(1, grain / 2 / max(1, cols)) }

  static func layerNorm(
    _ x: Tensor, gamma: Tensor, beta: Tensor, eps: Float, into y: Tensor, mean: Tensor,
    rstd: Tensor
  ) {
    let (rows, cols) = matrix(x)
    Workers.split(rows, grain: rowGrain(cols)) { r in
      let i = r.lowerBound
      unsafe table.layer_norm(
        r.count, cols, eps, x.pointer + i * cols, gamma.pointer, beta.pointer,
        y.pointer + i * cols, mean.pointer + i, rstd.pointer + i)
    }
  }

  static func layerNormBackward(
    _ x: Tensor, gamma: Tensor, mean: Tensor, rstd: Tensor, dy: Tensor, into dx: Tensor,
    adding: Bool
  ) {
    let (rows, cols) = matrix(x)
    Workers.split(rows, grain: rowGrain(cols)) { r in
      let i = r.lowerBound
      unsafe table.layer_norm_backward(
        r.count, cols, x.pointer + i * cols, gamma.pointer, mean.pointer + i, rstd.pointer + i,
        dy.pointer + i * cols, dx.pointer + i * cols, adding)
    }
  }

  /// Adds to dgamma and dbeta, which must be set.
  static func layerNormAffine(
    _ x: Tensor, mean: Tensor, rstd: Tensor, dy: Tensor, dgamma: Tensor, dbeta: Tensor
  ) {
    let (rows, cols) = matrix(x)
    Workers.split(cols, grain: max(16, grain / max(1, rows)), multiple: 16) { r in
      unsafe table.layer_norm_affine(
        rows, cols, r.lowerBound, r.upperBound, x.pointer, mean.pointer, rstd.pointer,
        dy.pointer, dgamma.pointer, dbeta.pointer)
    }
  }

  static func softmax(_ x: Tensor, into y: Tensor) {
    let (rows, cols) = matrix(x)
    Workers.split(rows, grain: rowGrain(cols)) { r in
      let i = r.lowerBound * cols
      unsafe table.softmax(r.count, cols, x.pointer + i, y.pointer + i)
    }
  }

  static func softmaxBackward(_ y: Tensor, dy: Tensor, into dx: Tensor) {
    let (rows, cols) = matrix(y)
    Workers.split(rows, grain: rowGrain(cols)) { r in
      let i = r.lowerBound * cols
      unsafe table.softmax_backward(
        r.count, cols, y.pointer + i, dy.pointer + i, dx.pointer + i)
    }
  }

  /// Per-row losses and the softmax of the logits.
  static func crossEntropy(_ logits: Tensor, labels: [Int32], losses: Tensor, softmax p: Tensor) {
    let (rows, cols) = matrix(logits)
    unsafe labels.withUnsafeBufferPointer { labels in
      guard let base = labels.baseAddress else { return }
      unsafe table.cross_entropy(
        rows, cols, logits.pointer, base, losses.pointer, p.pointer)
    }
  }

  /// Every row of y, `cols` wide from `column` on, is set to `v`.
  static func fillRows(of y: Tensor, with v: Tensor) {
    let (rows, cols) = matrix(y)
    Workers.split(rows, grain: rowGrain(cols)) { r in
      unsafe table.fill_rows(
        r.count, cols, v.pointer, y.pointer + r.lowerBound * cols, cols)
    }
  }

  /// out[c] += Σ rows of x, which must be set; each thread takes columns, so the order of additions
  /// does not depend on their number.
  static func addColumnSums(of x: Tensor, to out: Tensor) {
    let (rows, cols) = matrix(x)
    Workers.split(cols, grain: max(16, grain / max(1, rows)), multiple: 16) { r in
      let c = r.lowerBound
      unsafe table.add_column_sums(rows, r.count, x.pointer + c, cols, out.pointer + c)
    }
  }

  /// Rows of x by index.
  static func gatherRows(_ x: Tensor, _ indices: [Int], into y: Tensor) {
    let cols = x.count / max(1, x.shape[0])
    for (row, index) in indices.enumerated() {
      unsafe (y.pointer + row * cols).update(from: x.pointer + index * cols, count: cols)
    }
  }

  /// The reverse of `gatherRows`: dx[indices[row]] += dy[row].
  static func scatterRows(_ dy: Tensor, _ indices: [Int], addingTo dx: Tensor) {
    let cols = dx.count / max(1, dx.shape[0])
    for (row, index) in indices.enumerated() {
      unsafe table.axpy(cols, 1, dy.pointer + row * cols, dx.pointer + index * cols)
    }
  }
}

extension Kernels {
  /// One element of each row changes: x[row, labels[row]] -= amount.
  static func subtractAtLabels(_ labels: [Int], _ amount: Float, from x: Tensor) {
    let cols = matrix(x).cols
    for (row, label) in labels.enumerated() { unsafe x.pointer[row * cols + label] -= amount }
  }
}
