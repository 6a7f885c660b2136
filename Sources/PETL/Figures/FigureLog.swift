/// The figures that plugins log during a step or an epoch, by name: each is a mean.
package final class FigureLog {
  /// What adds up under a name.
  package struct Total: Codable, Sendable {
    /// The sum of what was logged.
    package var sum = 0.0
    /// How often it was logged.
    package var count = 0
    /// The mean; 0 of nothing.
    package var mean: Double { count > 0 ? sum / Double(count) : 0 }

    /// Nothing so far.
    package init() {}

    /// Adds a value.
    package mutating func add(_ value: Double) {
      sum += value
      count += 1
    }
  }

  /// The totals by name.
  package private(set) var totals: [String: Total] = [:]

  /// Makes a log without anything in it.
  package init() {}

  /// Takes out all that was logged.
  package func removeAll() { totals = [:] }

  /// Adds a value.
  package func add(_ name: String, _ value: Double) {
    totals[name, default: Total()].add(value)
  }

  /// Adds totals.
  package func add(_ others: [String: Total]) {
    for (name, total) in others {
      totals[name, default: Total()].sum += total.sum
      totals[name, default: Total()].count += total.count
    }
  }

  /// Adds all that another log holds.
  package func add(_ other: FigureLog) { add(other.totals) }
}
