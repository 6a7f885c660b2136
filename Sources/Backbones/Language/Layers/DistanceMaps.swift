import PETL

/// Keys and queries of distances in one layer of DeBERTa.
///
/// Where the layer's own maps of key and query make them, so do their adapters: a map is one, whatever it is given,
/// as in PEFT.
final class DistanceMaps {
  private let table: DistanceTable
  private let layer: Int
  private let key: LinearLayer?
  private let query: LinearLayer?

  /// Takes the weights of a layer's maps.
  init(
    _ name: String, layer: Int, _ configuration: LanguageConfiguration, _ table: DistanceTable,
    _ weights: WeightProvider
  ) {
    (self.table, self.layer) = (table, layer)
    func map(_ end: String) -> LinearLayer {
      LinearLayer(
        "\(name).\(end)", weights, from: configuration.width,
        to: configuration.heads * configuration.headWidth)
    }
    let positions = table.positions
    key = positions.hasKeys && !positions.sharesMaps ? map("pos_k") : nil
    query = positions.hasQueries && !positions.sharesMaps ? map("pos_q") : nil
  }

  /// Attention with what distances add to the scores.
  ///
  /// - Parameters:
  ///   - q: the queries of tokens, [texts, tokens, heads · head width].
  ///   - k: the keys of tokens.
  ///   - v: their values.
  ///   - shared: the maps to query and key that tokens have.
  ///   - scope: the heads and the scale of plain attention.
  ///   - tokens: the pass.
  /// - Returns: as the queries.
  func attention(
    _ q: Tensor, _ k: Tensor, _ v: Tensor, shared: (query: LinearLayer, key: LinearLayer),
    _ scope: AttentionScope, _ tokens: TokenPass
  ) -> Tensor {
    let positions = table.positions
    let (vectors, rows) = table.rows(tokens: q.shape[1])
    func mapped(
      _ own: LinearLayer?, _ shared: LinearLayer, _ kind: AdaptationSite.Kind, _ isThere: Bool
    ) -> Tensor? {
      guard isThere else { return nil }
      if let own { return own(vectors) }
      let beside = TokenPass(
        adapters: tokens.adapters, pass: tokens.pass.beside("distances"), lengths: [rows.count])
      return shared.adapted(kind, layer, vectors, beside)
    }
    let width = Float(q.shape[2] / scope.heads)
    return Tensor.attention(
      query: q, key: k, value: v,
      keyTable: mapped(key, shared.key, .key, positions.hasKeys),
      queryTable: mapped(query, shared.query, .query, positions.hasQueries),
      lengths: tokens.lengths,
      DistanceScope(
        heads: scope.heads, scale: positions.scale / width.squareRoot(), rows: rows))
  }
}
