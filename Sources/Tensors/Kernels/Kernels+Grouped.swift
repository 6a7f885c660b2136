import CKernels

/// Attention of texts of several lengths, whose heads of keys and values may be shared by several heads of
/// queries: one head of keys and values of one text at a time, each on one thread.
extension Kernels {
  /// What queries, keys and values are, and who sees whom.
  struct GroupedLayout {
    /// How many heads of queries there are, and of keys and values.
    let heads: Int
    let keyValueHeads: Int
    /// The length of a head.
    let width: Int
    /// How many rows of queries a text has, and of keys and values, filled up.
    let queryRows: Int
    let keyRows: Int
    /// How many of the queries of each text count.
    let queries: [Int]
    /// The number of the key that the first query of each text stands at.
    let offsets: [Int]
    let isCausal: Bool
    let window: Int
    let scale: Float

    var texts: Int { queries.count }
    var group: Int { heads / keyValueHeads }
    var units: Int { texts * keyValueHeads }

    func query(_ unit: Int) -> Int {
      unit / keyValueHeads * queryRows * heads * width + unit % keyValueHeads * group * width
    }

    func key(_ unit: Int) -> Int {
      unit / keyValueHeads * keyRows * keyValueHeads * width + unit % keyValueHeads * width
    }

    func norm(_ unit: Int) -> Int { unit * group * 2 * queryRows }

    func shape(_ unit: Int) -> petl_grouped {
      let text = unit / keyValueHeads
      return petl_grouped(
        keys: offsets[text] + queries[text], queries: queries[text], group: group, width: width,
        offset: offsets[text], window: min(window, 1 << 29), causal: isCausal, scale: scale,
        ldq: heads * width, ldk: keyValueHeads * width, ldv: keyValueHeads * width,
        ldy: heads * width)
    }
  }

  /// Rows of y that no query counts of are zero.
  static func groupedAttention(
    _ q: Tensor, _ k: Tensor, _ v: Tensor, _ layout: GroupedLayout, into y: Tensor, norms: Tensor
  ) {
    Workers.split(layout.units) { range in
      for unit in range {
        var shape = layout.shape(unit)
        let (query, key) = (layout.query(unit), layout.key(unit))
        let scratch = Tensor(uninitialized: [unsafe table.grouped_scratch(&shape, false)])
        unsafe table.grouped_attention(
          &shape, q.pointer + query, k.pointer + key, v.pointer + key, y.pointer + query,
          norms.pointer + layout.norm(unit), scratch.pointer)
        clear(
          y, query, from: shape.queries, to: layout.queryRows, shape.group * shape.width, shape.ldy)
      }
    }
  }

  /// All of dq, dk and dv is written; rows that no token stands in are zero.
  static func groupedAttentionBackward(
    _ q: Tensor, _ k: Tensor, _ v: Tensor, _ layout: GroupedLayout, norms: Tensor, dy: Tensor,
    query dq: Tensor, key dk: Tensor, value dv: Tensor
  ) {
    Workers.split(layout.units) { range in
      for unit in range {
        var shape = layout.shape(unit)
        let (query, key) = (layout.query(unit), layout.key(unit))
        let scratch = Tensor(uninitialized: [unsafe table.grouped_scratch(&shape, true)])
        unsafe table.grouped_attention_backward(
          &shape, q.pointer + query, k.pointer + key, v.pointer + key,
          norms.pointer + layout.norm(unit), dy.pointer + query, dq.pointer + query,
          dk.pointer + key, dv.pointer + key, scratch.pointer)
        clear(
          dq, query, from: shape.queries, to: layout.queryRows, shape.group * shape.width, shape.ldq
        )
        clear(dk, key, from: shape.keys, to: layout.keyRows, shape.width, shape.ldk)
        clear(dv, key, from: shape.keys, to: layout.keyRows, shape.width, shape.ldv)
      }
    }
  }

  /// The same for one query of each text, with nothing kept.
  static func groupedStep(
    _ q: Tensor, _ k: Tensor, _ v: Tensor, _ layout: GroupedLayout, into y: Tensor
  ) {
    let scratch = layout.keyRows
    Workers.split(layout.units, grain: max(1, grain / max(1, scratch * layout.width))) { range in
      let scores = Tensor(uninitialized: [scratch])
      for unit in range {
        var shape = layout.shape(unit)
        let (query, key) = (layout.query(unit), layout.key(unit))
        unsafe table.grouped_step(
          &shape, q.pointer + query, k.pointer + key, v.pointer + key, y.pointer + query,
          scores.pointer)
      }
    }
  }

  /// Sets `width` floats of rows `first` to `last` to zero.
  private static func clear(
    _ x: Tensor, _ start: Int, from first: Int, to last: Int, _ width: Int, _ stride: Int
  ) {
    for row in first..<last {
      unsafe (x.pointer + start + row * stride).update(repeating: 0, count: width)
    }
  }
}
