import PETL

/// |ρ| of the pairs of a site's coefficients, the mean over batches: pair by pair, or, of many
/// subspaces, in square blocks of pairs, so that what is kept does not grow with the square of the rank.
public struct PairCorrelations: Sendable {
  /// The most rows of blocks (our choice): more do not tell each other apart in a drawing.
  public static let mostRows = 64

  /// How many subspaces there are; of several dimensions their single rank-one maps.
  public let count: Int
  /// How many subspaces a row of blocks stands for; 1 where every pair has a number of its own.
  public let blockSize: Int
  /// The mean |ρ| of each block, [rows][rows]; a pair of a subspace with itself counts where it is
  /// alone, and is left out of a block of several.
  public private(set) var rows: [[Double]]
  /// The mean |ρ| off the diagonal; nil for a single subspace.
  public private(set) var mean: Double?

  /// The figures of one batch.
  ///
  /// - Parameters:
  ///   - correlation: ρ, [count, count], row-major.
  ///   - count: how many subspaces there are.
  ///   - share: what the batch is of all.
  init(_ correlation: [Float], count: Int, share: Double) {
    require(
      correlation.count == count * count, "\(correlation.count) numbers are not \(count)².")
    let size = max(1, (count + Self.mostRows - 1) / Self.mostRows)
    let length = (count + size - 1) / size
    var sums = [[Double]](repeating: [Double](repeating: 0, count: length), count: length)
    var whole = 0.0
    for i in 0..<count {
      for j in 0..<count where i != j || size == 1 {
        let value = Double(abs(correlation[i * count + j])) * share
        sums[i / size][j / size] += value
        if i != j { whole += value }
      }
    }
    if size > 1 {
      for i in 0..<length {
        let height = min(size, count - i * size)
        for j in 0..<length {
          let pairs = height * min(size, count - j * size) - (i == j ? height : 0)
          sums[i][j] = pairs > 0 ? sums[i][j] / Double(pairs) : 0
        }
      }
    }
    (self.count, blockSize, rows) = (count, size, sums)
    mean = count > 1 ? whole / Double(count * (count - 1)) : nil
  }

  /// Adds the figures of another batch of the same site.
  mutating func add(_ other: PairCorrelations) {
    rows = zip(rows, other.rows).map { zip($0, $1).map { $0 + $1 } }
    if let own = mean, let others = other.mean { mean = own + others }
  }
}
