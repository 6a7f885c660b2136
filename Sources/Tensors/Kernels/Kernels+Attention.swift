import CKernels

/// One head of one image at a time, each on one thread: a block of its scores fits in cache.
extension Kernels {
  /// Where the parts of a fused query-key-value tensor [images, tokens, 3 width] lie.
  struct AttentionLayout {
    let images: Int
    let tokens: Int
    /// How many of the first tokens ask.
    let queries: Int
    let width: Int
    let heads: Int
    /// What is added to the scores.
    var bias: AttentionBias?

    var headWidth: Int { width / heads }
    var scale: Float { 1 / Float(headWidth).squareRoot() }
    var pairs: Int { images * heads }

    /// Where the query of the first token lies in qkv; keys are `width` further on, values twice that.
    func input(_ pair: Int) -> Int { pair / heads * tokens * 3 * width + column(pair) }

    /// Where the bias of a head of an image lies; nil without one.
    func biasPointer(_ pair: Int) -> UnsafePointer<Float>? {
      guard let bias else { return nil }
      return unsafe UnsafePointer(
        bias.values.pointer + bias.offset(image: pair / heads, head: pair % heads))
    }

    /// Where the first row of a head's output lies.
    func output(_ pair: Int) -> Int { pair / heads * queries * width + column(pair) }

    private func column(_ pair: Int) -> Int { pair % heads * headWidth }

    func scratch(backward: Bool) -> Tensor {
      let count = unsafe table.attention_scratch(tokens, headWidth, backward)
      return Tensor(uninitialized: [count])
    }
  }

  static func attention(_ qkv: Tensor, _ layout: AttentionLayout, into y: Tensor, norms: Tensor) {
    let (width, row) = (layout.width, 3 * layout.width)
    Workers.split(layout.pairs) { range in
      let scratch = layout.scratch(backward: false)
      for pair in range {
        let q = unsafe qkv.pointer + layout.input(pair)
        unsafe table.attention(
          layout.tokens, layout.queries, layout.headWidth, layout.scale, q, q + width,
          q + 2 * width, row, layout.biasPointer(pair), layout.bias?.rowStride ?? 0,
          y.pointer + layout.output(pair), width,
          norms.pointer + pair * 2 * layout.queries, scratch.pointer)
      }
    }
  }

  /// All of dqkv is written.
  ///
  /// The probabilities are computed again from the maxima and sums: a
  /// tokens × tokens matrix never goes through memory.
  static func attentionBackward(
    _ qkv: Tensor, _ layout: AttentionLayout, norms: Tensor, dy: Tensor, into dqkv: Tensor
  ) {
    let (width, row) = (layout.width, 3 * layout.width)
    Workers.split(layout.pairs) { range in
      let scratch = layout.scratch(backward: true)
      for pair in range {
        let q = unsafe qkv.pointer + layout.input(pair)
        let dq = unsafe dqkv.pointer + layout.input(pair)
        unsafe table.attention_backward(
          layout.tokens, layout.queries, layout.headWidth, layout.scale, q, q + width,
          q + 2 * width, row, layout.biasPointer(pair), layout.bias?.rowStride ?? 0,
          norms.pointer + pair * 2 * layout.queries, dy.pointer + layout.output(pair), width, dq,
          dq + width, dq + 2 * width, scratch.pointer)
      }
    }
  }
}
