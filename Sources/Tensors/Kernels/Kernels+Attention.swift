import CKernels

/// One head of one image at a time, each on one thread: the scores of a head fit in cache.
extension Kernels {
  /// Where the parts of a fused query-key-value tensor [images, tokens, 3 width] lie.
  struct AttentionLayout {
    let images: Int
    let tokens: Int
    let width: Int
    let heads: Int

    var headWidth: Int { width / heads }
    var scale: Float { 1 / Float(headWidth).squareRoot() }
    var pairs: Int { images * heads }

    /// The query (0), key (1) or value (2) of one head, in place.
    func part(_ part: Int, of x: Tensor, _ image: Int, _ head: Int) -> GEMM.Matrix {
      .init(
        x, offset: image * tokens * 3 * width + part * width + head * headWidth, rows: tokens,
        cols: headWidth, stride: 3 * width)
    }

    /// The output of one head, in place.
    func output(_ y: Tensor, _ image: Int, _ head: Int) -> GEMM.Matrix {
      .init(
        y, offset: image * tokens * width + head * headWidth, rows: tokens, cols: headWidth,
        stride: width)
    }
  }

  static func attention(_ qkv: Tensor, _ layout: AttentionLayout, into y: Tensor, lse: Tensor) {
    let tokens = layout.tokens
    Workers.split(layout.pairs) { range in
      let scores = Tensor(uninitialized: [tokens, tokens])
      for pair in range {
        let (image, head) = (pair / layout.heads, pair % layout.heads)
        multiply(
          layout.part(0, of: qkv, image, head), layout.part(1, of: qkv, image, head).transposed,
          into: .init(scores))
        unsafe table.attention_softmax(
          tokens, tokens, layout.scale, scores.pointer, lse.pointer + pair * tokens)
        multiply(
          .init(scores), layout.part(2, of: qkv, image, head),
          into: layout.output(y, image, head))
      }
    }
  }

  /// All of dqkv is written.
  ///
  /// The probabilities are computed again from the log-normalisers: a
  /// tokens × tokens matrix never outlives its head.
  static func attentionBackward(
    _ qkv: Tensor, _ layout: AttentionLayout, y: Tensor, lse: Tensor, dy: Tensor,
    into dqkv: Tensor
  ) {
    let tokens = layout.tokens
    Workers.split(layout.pairs) { range in
      let p = Tensor(uninitialized: [tokens, tokens])
      let ds = Tensor(uninitialized: [tokens, tokens])
      let delta = Tensor(uninitialized: [tokens])
      for pair in range {
        let (image, head) = (pair / layout.heads, pair % layout.heads)
        let q = layout.part(0, of: qkv, image, head)
        let k = layout.part(1, of: qkv, image, head)
        let v = layout.part(2, of: qkv, image, head)
        let output = layout.output(dy, image, head)
        multiply(q, k.transposed, into: .init(p))
        unsafe table.attention_again(
          tokens, tokens, layout.scale, p.pointer, lse.pointer + pair * tokens)
        // delta = rowsum(dy ∘ y), which is rowsum(dp ∘ p).
        for row in 0..<tokens {
          let at = output.offset + row * output.stride
          unsafe delta.pointer[row] = table.dot(
            layout.headWidth, dy.pointer + at, y.pointer + at)
        }
        multiply(GEMM.Matrix(p).transposed, output, into: layout.part(2, of: dqkv, image, head))
        multiply(output, v.transposed, into: .init(ds))
        unsafe table.attention_scores_backward(
          tokens, tokens, layout.scale, p.pointer, ds.pointer, delta.pointer)
        multiply(.init(ds), k, into: layout.part(0, of: dqkv, image, head))
        multiply(GEMM.Matrix(ds).transposed, q, into: layout.part(1, of: dqkv, image, head))
      }
    }
  }

  private static func multiply(_ a: GEMM.Matrix, _ b: GEMM.Matrix, into c: GEMM.Matrix) {
    GEMM.run(a, b, 1, c, false, rows: 0..<c.rows, cols: 0..<c.cols)
  }
}

extension GEMM.Matrix {
  var transposed: Self {
    var copy = self
    copy.isTransposed.toggle()
    return copy
  }
}
