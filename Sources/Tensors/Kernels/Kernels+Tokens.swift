import CKernels

/// What language models have beside attention, over rows of tokens.
extension Kernels {
  static func rmsNorm(_ x: Tensor, weight: Tensor, eps: Float, into y: Tensor, rstd: Tensor) {
    let (rows, cols) = matrix(x)
    Workers.split(rows, grain: tokenGrain(cols)) { r in
      let i = r.lowerBound
      unsafe table.rms_norm(
        r.count, cols, eps, x.pointer + i * cols, weight.pointer, y.pointer + i * cols,
        rstd.pointer + i)
    }
  }

  static func rmsNormBackward(
    _ x: Tensor, weight: Tensor, rstd: Tensor, dy: Tensor, into dx: Tensor, adding: Bool
  ) {
    let (rows, cols) = matrix(x)
    Workers.split(rows, grain: tokenGrain(cols)) { r in
      let i = r.lowerBound
      unsafe table.rms_norm_backward(
        r.count, cols, x.pointer + i * cols, weight.pointer, rstd.pointer + i,
        dy.pointer + i * cols, dx.pointer + i * cols, adding)
    }
  }

  /// Adds to dweight, which must be set.
  static func rmsNormWeight(_ x: Tensor, rstd: Tensor, dy: Tensor, addingTo dweight: Tensor) {
    let (rows, cols) = matrix(x)
    Workers.split(cols, grain: max(16, grain / max(1, rows)), multiple: 16) { r in
      unsafe table.rms_norm_weight(
        rows, cols, r.lowerBound, r.upperBound, x.pointer, rstd.pointer, dy.pointer,
        dweight.pointer)
    }
  }

  /// Turns the heads of texts × length tokens; token t of a text has row starts[text] + t of the table.
  ///
  /// The sign is 1, or −1 for the way back; the angles are [positions, width], width that of a head.
  static func rotate(
    _ x: Tensor, texts: Int, starts: [Int], sign: Float, angles: Tensor, into y: Tensor
  ) {
    let width = angles.shape[1]
    let cols = matrix(x).cols
    let length = x.count / max(1, cols * texts)
    Workers.split(texts * length, grain: tokenGrain(cols)) { r in
      var row = r.lowerBound
      while row < r.upperBound {
        let (text, token) = (row / length, row % length)
        let count = min(r.upperBound, (text + 1) * length) - row
        unsafe table.rotate(
          count, cols / width, width, sign, angles.pointer + (starts[text] + token) * width,
          x.pointer + row * cols, y.pointer + row * cols)
        row += count
      }
    }
  }

  static func gated(_ gate: Tensor, _ up: Tensor, by function: GateFunction, into y: Tensor) {
    Workers.split(y.count, grain: grain) { r in
      let i = r.lowerBound
      unsafe table.gated(
        function.code, r.count, gate.pointer + i, up.pointer + i, y.pointer + i)
    }
  }

  static func gatedBackward(
    _ gate: Tensor, _ up: Tensor, by function: GateFunction, dy: Tensor, gate dgate: Tensor,
    up dup: Tensor
  ) {
    Workers.split(dy.count, grain: grain) { r in
      let i = r.lowerBound
      unsafe table.gated_backward(
        function.code, r.count, gate.pointer + i, up.pointer + i, dy.pointer + i,
        dgate.pointer + i, dup.pointer + i)
    }
  }

  /// The loss of each row, and in the place of the logits its gradient where that is wanted.
  static func vocabularyLoss(
    _ logits: Tensor, labels: [Int32], losses: Tensor, gradient: Bool
  ) {
    let (rows, cols) = matrix(logits)
    require(labels.count == rows && losses.count == rows, "A label and a loss for each row.")
    Workers.split(rows) { r in
      let i = r.lowerBound
      unsafe labels.withUnsafeBufferPointer { labels in
        guard let base = labels.baseAddress else { return }
        unsafe table.vocabulary_loss(
          r.count, cols, logits.pointer + i * cols, base + i, losses.pointer + i, gradient)
      }
    }
  }

  private static func tokenGrain(_ cols: Int) -> Int { max(1, grain / 2 / max(1, cols)) }
}

extension GateFunction {
  /// The kernels' code.
  fileprivate var code: Int32 {
    switch self {
    case .silu: Int32(PETL_GATE_SILU.rawValue)
    case .geluTanh: Int32(PETL_GATE_GELU_TANH.rawValue)
    }
  }
}
