/// A mean and a standard deviation for red, green and blue, in units of x/255.
public struct ChannelStatistics: Sendable, Hashable {
  /// What is subtracted, three finite numbers.
  public let mean: [Double]
  /// What the difference is divided by, three numbers above 0.
  public let deviation: [Double]

  /// Takes three numbers each; nil where they are not finite, or no deviation is possible.
  ///
  /// Both are held by 32-bit floats later, so that a deviation must not vanish there.
  public init?(mean: [Double], deviation: [Double]) {
    guard mean.count == 3, deviation.count == 3, mean.allSatisfy({ Float($0).isFinite }),
      deviation.allSatisfy({ Float($0).isFinite && Float($0) >= .leastNormalMagnitude })
    else { return nil }
    (self.mean, self.deviation) = (mean, deviation)
  }

  /// `{mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25]}`, as a recipe holds it; every number reads back
  /// as the same 64 bits.
  public var text: String { "{mean: \(mean), std: \(deviation)}" }

  /// Reads what `text` gives; nil for another text.
  public init?(text: String) {
    let plain = text.filter { $0 != " " }
    guard plain.hasPrefix("{mean:["), plain.hasSuffix("]}") else { return nil }
    let lists = plain.dropFirst(7).dropLast(2).split(separator: "],std:[").map { list in
      list.split(separator: ",", omittingEmptySubsequences: false).compactMap { Double($0) }
    }
    guard lists.count == 2 else { return nil }
    self.init(mean: lists[0], deviation: lists[1])
  }
}
