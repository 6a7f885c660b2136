import PETL

/// What goes through the network at once: a batch, or a part of it.
struct BatchPart {
  /// Which examples.
  let examples: [Int]
  /// Where they stand in the batch.
  let place: BatchPlace
  /// The shard that it belongs to.
  let shard: Int
  /// The share of the part in the loss of the batch, all shares adding up to 1; nil where the loss is no mean over
  /// examples, and is computed of all of them together.
  let share: Double?
}

/// How a batch is cut into shards, these into what goes through the network at once, and who does which.
///
/// Shards are the same however many ranks there are; each rank has neighbouring ones.
struct BatchSplit {
  /// All parts, in the order of the batch.
  let parts: [BatchPart]
  /// How many shards there are.
  let shards: Int
  /// The shards of this rank; none where there are fewer shards than ranks.
  let ownShards: Range<Int>
  /// The parts of this rank.
  let own: Range<Int>

  /// Whether the batch is one part, this the only rank, and no shards are asked for.
  let isWhole: Bool
  /// Whether no shard goes through the network in several parts.
  var isUncut: Bool { parts.count == shards }

  /// The shards of a rank, the same number or one more or less than those of another.
  static func shards(of rank: Int, _ ranks: Int, _ shards: Int) -> Range<Int> {
    (rank * shards + ranks - 1) / ranks..<((rank + 1) * shards + ranks - 1) / ranks
  }

  /// Cuts a batch.
  ///
  /// - Parameters:
  ///   - batch: which examples; one at least.
  ///   - count: how many shards; fewer where there are fewer examples.
  ///   - atOnce: how many examples may go through the network at once.
  ///   - rank: the number of this process.
  ///   - ranks: how many there are.
  ///   - weight: how much the loss of some examples counts; nil where it is no mean over examples.
  ///   - longest: the tokens of the longest of some texts; nil of images.
  init(
    _ batch: [Int], shards count: Int, atOnce: Int, rank: Int, of ranks: Int,
    weight: ([Int]) -> Int?, longest: ([Int]) -> Int?
  ) {
    shards = min(count, batch.count)
    var ranges: [(range: Range<Int>, shard: Int)] = []
    for shard in 0..<shards {
      let shardRange = shard * batch.count / shards..<(shard + 1) * batch.count / shards
      for start in stride(from: shardRange.lowerBound, to: shardRange.upperBound, by: atOnce) {
        ranges.append((start..<min(shardRange.upperBound, start + atOnce), shard))
      }
    }
    let examples = ranges.map { Array(batch[$0.range]) }
    let weights = examples.map(weight)
    let total = weights.reduce(0) { $0 + ($1 ?? 0) }
    let length = ranges.count > 1 ? longest(batch) : nil
    let parts = ranges.indices.map { number in
      let missing = length.map { $0 - (longest(examples[number]) ?? $0) } ?? 0
      return BatchPart(
        examples: examples[number],
        place: BatchPlace(
          first: ranges[number].range.lowerBound, of: batch.count, missing: missing),
        shard: ranges[number].shard,
        share: ranges.count == 1
          ? weights[number].map { _ in 1 }
          : weights[number].map { total > 0 ? Double($0) / Double(total) : 0 })
    }
    let ownShards = Self.shards(of: rank, ranks, shards)
    let places = parts.indices.filter { ownShards.contains(parts[$0].shard) }
    (self.parts, self.ownShards) = (parts, ownShards)
    // Where shards are asked for, a batch too small for two adds up as it would on several ranks.
    isWhole = ranges.count == 1 && count == 1 && ranks == 1
    self.own = (places.first ?? 0)..<(places.last.map { $0 + 1 } ?? 0)
  }
}
