import Optimization
import PETL
import Recipes

/// What was measured of a step: medians.
public struct StepMeasurement: Sendable {
  /// A step with a regularizer.
  public struct Penalized: Sendable {
    /// Seconds a step.
    public let seconds: Double
    /// The median over pairs of neighbouring steps of (with − without) / without.
    public let cost: Double
  }

  /// Seconds a step, without regularizers.
  public let seconds: Double
  /// Steps with each of the regularizers.
  public let penalized: [Penalized]
  /// The most bytes that tensors held at once, in steps without regularizers.
  public let peakTensorBytes: Int
  /// The most bytes of the process that were in memory at once, until then; nil where the system
  /// does not tell.
  public let peakResidentBytes: Int?
  /// Buffers asked of the system in each step that counts.
  public let systemAllocations: Double
  /// Pages first touched in each step that counts.
  public let pageFaults: Double
}

extension StepBenchmark {
  /// Measures steps without regularizers and with each of them in turn, so that a machine whose speed
  /// drifts favours none.
  ///
  /// - Parameters:
  ///   - steps: how many count, of each kind; two more of each go before.
  ///   - regularizers: each is timed by itself.
  /// - Returns: medians over the steps that count.
  /// - Throws: `DiagnosticError` when a regularizer does not go with the adapters.
  public func measure(
    steps: Int, regularizers: [RegularizerRecipe] = []
  ) throws -> StepMeasurement {
    require(steps > 0, "\(steps) steps measure nothing.")
    let active = try regularizers.map { try self.active($0) }
    let (peakTensorBytes, peakResidentBytes) = warmUp()
    for _ in 0..<2 { for regularizer in active { perform(regularizer) } }
    let allocations = BufferPool.statistics.systemAllocations
    let faults = ProcessUsage.pageFaults
    var without: [Double] = []
    var with: [[Double]] = active.map { _ in [] }
    for _ in 0..<steps {
      without.append(time(nil))
      for (index, regularizer) in active.enumerated() { with[index].append(time(regularizer)) }
    }
    let count = Double(steps * (1 + active.count))
    return StepMeasurement(
      seconds: median(without),
      penalized: with.map { seconds in
        .init(
          seconds: median(seconds), cost: median(zip(seconds, without).map { $0 / $1 - 1 }))
      },
      peakTensorBytes: peakTensorBytes, peakResidentBytes: peakResidentBytes,
      systemAllocations: Double(BufferPool.statistics.systemAllocations - allocations) / count,
      pageFaults: Double(ProcessUsage.pageFaults - faults) / count)
  }

  /// Takes the first two steps, once.
  ///
  /// - Returns: the most bytes of tensors, and of the process, until then.
  @discardableResult
  public func warmUp() -> (tensors: Int, process: Int?) {
    if let peaks { return peaks }
    for _ in 0..<2 { perform() }
    let found = (BufferPool.statistics.peakBytesInUse, ProcessUsage.peakResidentBytes)
    peaks = found
    return found
  }

  private func time(_ regularizer: ActiveRegularizer?) -> Double {
    ContinuousClock().measure { perform(regularizer) } / .seconds(1)
  }
}

/// The median of at least one value.
package func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  let middle = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
