import CKernels

/// Attention whose scores also depend on how far tokens are apart: one head of one text at a time, each on one
/// thread.
extension Kernels {
  /// What queries, keys and values are, and which row of a table a distance has.
  struct DistanceLayout {
    let heads: Int
    /// The length of a head.
    let width: Int
    /// How many rows a text has, filled up.
    let tokens: Int
    /// How many of them count.
    let lengths: [Int]
    let scale: Float
    /// The rows for the distances −(tokens − 1) … tokens − 1.
    let rows: [Int]

    /// The rows that a text of so many tokens has distances for.
    func seen(_ length: Int) -> Range<Int> {
      rows[tokens - length]..<rows[tokens - 2 + length] + 1
    }

    /// A head of a text in a tensor [texts, tokens, heads · width].
    func matrix(
      _ x: Tensor, text: Int, head: Int, transposed: Bool = false
    ) -> GEMM.Matrix {
      GEMM.Matrix(
        x, offset: (text * tokens * heads + head) * width, rows: lengths[text], cols: width,
        stride: heads * width, transposed: transposed)
    }

    /// A head of some rows of a table [rows, heads · width].
    func matrix(
      table: Tensor, _ rows: Range<Int>, head: Int, transposed: Bool = false
    ) -> GEMM.Matrix {
      GEMM.Matrix(
        table, offset: (rows.lowerBound * heads + head) * width, rows: rows.count, cols: width,
        stride: heads * width, transposed: transposed)
    }
  }

  /// What attention is of, or its gradients.
  struct DistanceInputs {
    let query: Tensor
    let key: Tensor
    let value: Tensor
    let keyTable: Tensor?
    let queryTable: Tensor?
  }

  /// Writes the rows of y that count.
  static func distanceAttention(
    _ x: DistanceInputs, _ layout: DistanceLayout, into y: Tensor
  ) {
    let (heads, length) = (layout.heads, layout.lengths.max() ?? 0)
    Workers.split(layout.lengths.count * heads) { range in
      let p = Tensor(uninitialized: [length * length])
      let beside = Tensor(uninitialized: [length * layout.rowCount])
      for unit in range {
        let (text, head) = (unit / heads, unit % heads)
        let own = layout.lengths[text]
        probabilities(x, layout, text: text, head: head, into: p, beside: beside)
        run(
          .init(p, rows: own, cols: own), layout.matrix(x.value, text: text, head: head),
          into: layout.matrix(y, text: text, head: head))
      }
    }
  }

  /// Adds to the gradients, all of one head on one thread, text after text.
  static func distanceAttentionBackward(
    _ x: DistanceInputs, _ layout: DistanceLayout, dy: Tensor, into gradients: DistanceInputs
  ) {
    let length = layout.lengths.max() ?? 0
    Workers.split(layout.heads) { range in
      let p = Tensor(uninitialized: [length * length])
      let dp = Tensor(uninitialized: [length * length])
      let beside = Tensor(uninitialized: [length * layout.rowCount])
      for head in range {
        for (text, own) in layout.lengths.enumerated() {
          func square(_ x: Tensor, transposed: Bool = false) -> GEMM.Matrix {
            .init(x, rows: own, cols: own, transposed: transposed)
          }
          func part(_ x: Tensor, transposed: Bool = false) -> GEMM.Matrix {
            layout.matrix(x, text: text, head: head, transposed: transposed)
          }
          probabilities(x, layout, text: text, head: head, into: p, beside: beside)
          run(square(p, transposed: true), part(dy), into: part(gradients.value))
          run(part(dy), part(x.value, transposed: true), into: square(dp))
          unsafe table.softmax_backward(own, own, p.pointer, dp.pointer, dp.pointer)
          run(square(dp), part(x.key), layout.scale, into: part(gradients.query))
          run(
            square(dp, transposed: true), part(x.query), layout.scale, into: part(gradients.key))
          for (rows, slope, input, sum, isOfKeys) in [
            (x.keyTable, gradients.keyTable, x.query, gradients.query, false),
            (x.queryTable, gradients.queryTable, x.key, gradients.key, true),
          ] {
            guard let rows else { continue }
            let seen = layout.seen(own)
            gather(dp, layout, own, ofKeys: isOfKeys, into: beside)
            let scores = GEMM.Matrix(beside, rows: own, cols: seen.count)
            run(
              scores, layout.matrix(table: rows, seen, head: head), layout.scale, into: part(sum),
              adding: true)
            guard let slope else { continue }
            run(
              .init(beside, rows: own, cols: seen.count, transposed: true), part(input),
              layout.scale, into: layout.matrix(table: slope, seen, head: head), adding: true)
          }
        }
      }
    }
  }

  /// The probabilities of one head of a text, [own, own].
  private static func probabilities(
    _ x: DistanceInputs, _ layout: DistanceLayout, text: Int, head: Int, into p: Tensor,
    beside: Tensor
  ) {
    let own = layout.lengths[text]
    let seen = layout.seen(own)
    run(
      layout.matrix(x.query, text: text, head: head),
      layout.matrix(x.key, text: text, head: head, transposed: true), layout.scale,
      into: .init(p, rows: own, cols: own))
    for (rows, input, isOfKeys) in [(x.keyTable, x.query, false), (x.queryTable, x.key, true)] {
      guard let rows else { continue }
      run(
        layout.matrix(input, text: text, head: head),
        layout.matrix(table: rows, seen, head: head, transposed: true), layout.scale,
        into: .init(beside, rows: own, cols: seen.count))
      spread(beside, layout, own, ofKeys: isOfKeys, addingTo: p)
    }
    unsafe table.softmax(own, own, p.pointer, p.pointer)
  }

  /// p[i, j] += scores[i, row(i − j)]; of keys, scores[j, row(i − j)].
  private static func spread(
    _ scores: Tensor, _ layout: DistanceLayout, _ own: Int, ofKeys: Bool, addingTo p: Tensor
  ) {
    let seen = layout.seen(own)
    let (outer, inner, sign) = ofKeys ? (1, own, -1) : (own, 1, 1)
    unsafe layout.rows.withUnsafeBufferPointer { rows in
      for a in 0..<own {
        let source = unsafe scores.pointer + a * seen.count - seen.lowerBound
        let target = unsafe p.pointer + a * outer
        for b in 0..<own {
          unsafe target[b * inner] += source[rows[layout.tokens - 1 + sign * (a - b)]]
        }
      }
    }
  }

  /// The same backwards: scores are set to the sums of dp.
  private static func gather(
    _ dp: Tensor, _ layout: DistanceLayout, _ own: Int, ofKeys: Bool, into scores: Tensor
  ) {
    let seen = layout.seen(own)
    let (outer, inner, sign) = ofKeys ? (1, own, -1) : (own, 1, 1)
    unsafe scores.pointer.update(repeating: 0, count: own * seen.count)
    unsafe layout.rows.withUnsafeBufferPointer { rows in
      for a in 0..<own {
        let target = unsafe scores.pointer + a * seen.count - seen.lowerBound
        let source = unsafe dp.pointer + a * outer
        for b in 0..<own {
          unsafe target[rows[layout.tokens - 1 + sign * (a - b)]] += source[b * inner]
        }
      }
    }
  }

  /// A product on the calling thread.
  private static func run(
    _ a: GEMM.Matrix, _ b: GEMM.Matrix, _ alpha: Float = 1, into c: GEMM.Matrix,
    adding: Bool = false
  ) {
    GEMM.run(a, b, alpha, c, adding, rows: 0..<c.rows, cols: 0..<c.cols)
  }
}

extension Kernels.DistanceLayout {
  /// How many rows the longest text has distances for.
  fileprivate var rowCount: Int { lengths.max().map { seen($0).count } ?? 0 }
}
