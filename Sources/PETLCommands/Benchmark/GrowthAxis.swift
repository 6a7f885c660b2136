import ArgumentParser
import Backbones
import PETL

/// What `petl bench --growth` varies of a step.
enum GrowthAxis: String, CaseIterable, ExpressibleByArgument {
  case batch
  case rank
  case depth
  case tokens
  case sites
  case threads
  case ranks

  /// What a size counts.
  var unit: String {
    switch self {
    case .batch: "images a step"
    case .rank: "numbers a token between A and B"
    case .depth: "blocks"
    case .tokens: "tokens an image"
    case .sites: "adapted maps a block"
    case .threads: "threads"
    case .ranks: "processes of one thread"
    }
  }

  /// Whether more of it shares the same work, so that the time should fall.
  var sharesWork: Bool { self == .threads || self == .ranks }

  /// Whether a size that the adapter does not have rules out all larger ones.
  var risesToALimit: Bool { self == .rank || self == .sites }

  /// Steps around another.
  ///
  /// - Parameters:
  ///   - step: the one that was asked for.
  ///   - threads: how many there are.
  /// - Returns: the steps that are measured, the smallest first; none of ranks, which are processes.
  func steps(around step: GrowthStep, threads: Int) -> [GrowthStep] {
    switch self {
    case .batch: Self.doublings(withEnd: step.batch).map { step.varied(to: $0, \.batch) }
    case .rank:
      Self.doublings(from: 4, withEnd: min(256, step.sizes.width)).map {
        step.varied(to: $0, setting: "adapter.rank=\($0)")
      }
    case .depth:
      Set([1, 2, 4, 8].map { min(1000, max(1, step.sizes.depth * $0 / 4)) }).sorted().map {
        step.varied(to: $0, \.sizes.depth)
      }
    case .tokens:
      Set([2, 3, 4, 6].map { max(1, step.sizes.gridSize * $0 / 4) }).sorted().map { side in
        var other = step
        other.sizes.imageSize = side * step.sizes.patchSize
        other.size = other.sizes.tokens
        return other
      }
    case .sites:
      [1, 2, 4, 6].map { count in
        let names = ["query", "value", "key", "output", "fc1", "fc2"].prefix(count)
        return step.varied(
          to: count, setting: "adapter.sites=[\(names.joined(separator: ", "))]")
      }
    case .threads:
      Self.doublings(withEnd: threads).map { step.varied(to: $0, \.threads) }
    case .ranks: []
    }
  }

  /// Doublings and where they are to end.
  private static func doublings(from first: Int = 1, withEnd last: Int) -> [Int] {
    let found = doublings(from: first, to: last)
    return found.last == last || last < first ? found : found + [last]
  }

  /// Doublings, the first in any case.
  static func doublings(from first: Int = 1, to last: Int) -> [Int] {
    Array(sequence(first: first) { $0 * 2 <= last ? $0 * 2 : nil })
  }
}

/// A step of `petl bench --growth`.
struct GrowthStep {
  /// The size that is varied.
  var size = 0
  /// The sizes of the network.
  var sizes: ViTConfiguration
  /// Images a step.
  var batch: Int
  /// Threads that share it.
  var threads: Int
  /// Options of the adapter.
  var overrides: [String]

  /// The step with another size.
  fileprivate func varied(to size: Int, _ path: WritableKeyPath<GrowthStep, Int>) -> GrowthStep {
    var other = self
    other.size = size
    other[keyPath: path] = size
    return other
  }

  /// The step with another option of the adapter.
  fileprivate func varied(to size: Int, setting: String) -> GrowthStep {
    var other = self
    other.size = size
    other.overrides.append(setting)
    return other
  }
}
