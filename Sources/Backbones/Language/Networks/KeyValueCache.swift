import PETL

/// The keys and values of the tokens that a decoder has seen, so that the next token costs one token.
///
/// It belongs to one network and its adapters; it grows as it must.
public final class KeyValueCache {
  /// How many tokens each text has so far.
  public private(set) var lengths: [Int]
  /// One of keys and one of values for each layer, [texts, capacity, width].
  private var layers: [(keys: Tensor, values: Tensor)] = []
  private var capacity: Int

  /// Makes an empty cache.
  ///
  /// - Parameters:
  ///   - texts: how many texts go on at once.
  ///   - capacity: how many tokens there is room for at first, in each.
  public init(texts: Int, capacity: Int = 0) {
    require(texts > 0 && capacity >= 0, "A cache is of at least one text.")
    lengths = Array(repeating: 0, count: texts)
    self.capacity = capacity
  }

  /// Goes on with some of the texts only.
  ///
  /// - Parameter texts: the numbers of those that stay, in the order that they are to have; one may stand
  ///   several times.
  public func keep(_ texts: [Int]) {
    require(
      !texts.isEmpty && texts.allSatisfy { lengths.indices.contains($0) },
      "Of \(lengths.count) texts \(texts) cannot be kept.")
    layers = layers.map { ($0.keys.gathered(texts), $0.values.gathered(texts)) }
    lengths = texts.map { lengths[$0] }
  }

  /// Makes room for new tokens.
  func reserve(_ batch: TokenBatch, _ configuration: LanguageConfiguration) {
    require(
      batch.count == lengths.count, "\(batch.count) texts do not go on \(lengths.count).")
    let width = configuration.keyValueHeads * configuration.headWidth
    let needed = zip(lengths, batch.lengths).reduce(batch.length) { max($0, $1.0 + $1.1) }
    func empty() -> Tensor { .zeros([lengths.count, capacity, width]) }
    if layers.isEmpty {
      capacity = max(capacity, needed)
      layers = (0..<configuration.depth).map { _ in (empty(), empty()) }
    } else if needed > capacity {
      capacity = max(needed, capacity + capacity / 2 + 16)
      let old = layers
      layers = old.map { keys, values in
        let (own, others) = (empty(), empty())
        own.write(keys, rows: lengths, at: lengths.map { _ in 0 })
        others.write(values, rows: lengths, at: lengths.map { _ in 0 })
        return (own, others)
      }
    }
  }

  /// Adds keys and values of one layer after those that are there, [texts, tokens, width].
  ///
  /// - Returns: all of them, [texts, capacity, width].
  func store(
    key: Tensor, value: Tensor, layer: Int, lengths new: [Int]
  ) -> (keys: Tensor, values: Tensor) {
    layers[layer].keys.write(key, rows: new, at: lengths)
    layers[layer].values.write(value, rows: new, at: lengths)
    return layers[layer]
  }

  /// Counts new tokens, once all layers have them.
  func advance(_ new: [Int]) { lengths = zip(lengths, new).map { $0 + $1 } }
}
