/// A part of a sweep, such as `3/16`: of every 16 runs in a row, the third.
public struct SweepShard: Sendable, Equatable, CustomStringConvertible {
  /// The most parts.
  public static let mostCount = 100_000

  /// Which part, counted from 1.
  public let number: Int
  /// How many parts there are.
  public let count: Int

  /// Reads `K/N`; nil for any other text.
  ///
  /// - Parameter text: two whole numbers with a slash between them, 1 ≤ K ≤ N.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    let isPlain = parts.allSatisfy { part in part.allSatisfy { ("0"..."9").contains($0) } }
    guard parts.count == 2, isPlain, let number = Int(parts[0]), let count = Int(parts[1]),
      (1...Self.mostCount).contains(count), (1...count).contains(number)
    else { return nil }
    (self.number, self.count) = (number, count)
  }

  /// Whether a run belongs to it.
  ///
  /// - Parameter index: of the run in the order of the sweep, counted from 0.
  /// - Returns: whether it does.
  public func takes(_ index: Int) -> Bool { index % count == number - 1 }

  /// `K/N`.
  public var description: String { "\(number)/\(count)" }
}
