/// How the scores of attention depend on how far tokens are apart: disentangled attention (He et al., arXiv
/// 2006.03654).
package struct DistanceScope: Sendable, Hashable {
  /// How many heads there are.
  package var heads: Int
  /// What the sum of all scores is multiplied by.
  package var scale: Float
  /// The rows of the tables for the distances −(tokens − 1) … tokens − 1 of a query from a key; they never fall.
  package var rows: [Int]

  /// Says what distances mean.
  package init(heads: Int, scale: Float, rows: [Int]) {
    (self.heads, self.scale, self.rows) = (heads, scale, rows)
  }

  fileprivate func layout(
    _ query: Tensor, _ key: Tensor, _ value: Tensor, _ tables: [Tensor?], lengths: [Int]
  ) -> Kernels.DistanceLayout {
    require(
      query.rank == 3 && key.shape == query.shape && value.shape == query.shape && heads > 0
        && query.shape[2] % heads == 0 && lengths.count == query.shape[0]
        && lengths.allSatisfy { 1...max(1, query.shape[1]) ~= $0 },
      "Queries \(query.shape), keys \(key.shape) and values \(value.shape) do not fit \(heads) heads and "
        + "texts of \(lengths) tokens.")
    let tokens = query.shape[1]
    require(
      rows.count == max(0, 2 * tokens - 1) && zip(rows, rows.dropFirst()).allSatisfy { $0 <= $1 },
      "\(rows.count) rows are not those of the distances of \(tokens) tokens.")
    for table in tables.compactMap(\.self) {
      require(
        table.rank == 2 && table.shape[1] == query.shape[2]
          && rows.allSatisfy { 0..<table.shape[0] ~= $0 },
        "A table of distances \(table.shape) does not fit \(query.shape).")
    }
    return Kernels.DistanceLayout(
      heads: heads, width: query.shape[2] / heads, tokens: tokens, lengths: lengths, scale: scale,
      rows: rows)
  }
}

extension Tensor {
  /// Attention of texts of several lengths, softmax(scale (q·k + q·a(d) + k·b(d))) V, d how far the query is
  /// behind the key.
  ///
  /// A text's tokens see only tokens of that text; the rows after its end are zero, and so are their
  /// gradients. Kept for the backward pass: what is given; the scores are computed again.
  ///
  /// - Parameters:
  ///   - query: [texts, tokens, heads · width].
  ///   - key: as the queries.
  ///   - value: as the queries.
  ///   - keyTable: a, the keys of distances, [rows, heads · width]; nil without.
  ///   - queryTable: b, the queries of distances, [rows, heads · width]; nil without.
  ///   - lengths: the tokens of each text, at least one.
  ///   - scope: the heads, and which row belongs to which distance.
  /// - Returns: as the queries.
  package static func attention(
    query: Tensor, key: Tensor, value: Tensor, keyTable: Tensor?, queryTable: Tensor?,
    lengths: [Int], _ scope: DistanceScope
  ) -> Tensor {
    let layout = scope.layout(query, key, value, [keyTable, queryTable], lengths: lengths)
    let inputs = Kernels.DistanceInputs(
      query: query.detached(), key: key.detached(), value: value.detached(),
      keyTable: keyTable?.detached(), queryTable: queryTable?.detached())
    let y = Tensor.zeros(query.shape)
    Kernels.distanceAttention(inputs, layout, into: y)
    let (tableNodes, nodes) = (
      (keyTable?.node, queryTable?.node), [query.node, key.node, value.node]
    )
    return .operation(y, nodes + [tableNodes.0, tableNodes.1]) { dy, sink in
      func empty(_ x: Tensor?) -> Tensor? { x.map { .zeros($0.shape) } }
      let gradients = Kernels.DistanceInputs(
        query: .zeros(dy.shape), key: .zeros(dy.shape), value: .zeros(dy.shape),
        keyTable: tableNodes.0 == nil ? nil : empty(inputs.keyTable),
        queryTable: tableNodes.1 == nil ? nil : empty(inputs.queryTable))
      Kernels.distanceAttentionBackward(inputs, layout, dy: dy, into: gradients)
      for (gradient, node) in zip([gradients.query, gradients.key, gradients.value], nodes) {
        sink.add(gradient, to: node)
      }
      if let gradient = gradients.keyTable { sink.add(gradient, to: tableNodes.0) }
      if let gradient = gradients.queryTable { sink.add(gradient, to: tableNodes.1) }
    }
  }
}
