import PETL

/// The vectors of distances, which all layers of DeBERTa share.
final class DistanceTable {
  let positions: RelativePositions
  private let weight: NetworkWeight
  private let norm: TokenNorm?

  /// Takes the weights; nil for a network without.
  init?(_ configuration: LanguageConfiguration, _ weights: WeightProvider) {
    guard let positions = configuration.relativePositions else { return nil }
    self.positions = positions
    weight = weights.weight("rel_embeddings.weight", [2 * positions.span, configuration.width])
    norm =
      positions.isNormalized
      ? TokenNorm("rel_norm", weights, width: configuration.width, configuration) : nil
  }

  /// The vectors of the distances in texts of so many tokens, [rows, width], and which of them each distance has,
  /// from −(tokens − 1) to tokens − 1.
  ///
  /// Other rows would take part in nothing. Each layer asks anew, so that it can be computed again by itself.
  func rows(tokens: Int) -> (vectors: Tensor, rows: [Int]) {
    let rows = (1 - tokens..<tokens).map(positions.row)
    guard let first = rows.first, let last = rows.last else { return (weight.value, []) }
    let vectors = weight.value.sliced(axis: 0, first..<last + 1)
    return (norm.map { $0(vectors) } ?? vectors, rows.map { $0 - first })
  }
}
