import Optimization
import PETL

/// What adds up over the steps of an epoch.
struct EpochTotals: Codable {
  private(set) var images = 0
  private(set) var taskLoss = 0.0
  private(set) var gradientNorm = 0.0
  private(set) var rate = 0.0
  private(set) var lastLoss = 0.0
  /// The mean |ρ| by site over the last batch.
  var redundancyBySite: [String: Double] = [:]
  private var penalties: [String: Double] = [:]
  private var weights: [String: Double] = [:]
  private var shares: [String: Double] = [:]

  mutating func add(
    _ objective: Objective, images count: Int, norm: Double, rate: Double,
    shares: [String: Double]
  ) {
    images += count
    lastLoss = Double(objective.task.item)
    taskLoss += lastLoss * Double(count)
    gradientNorm += norm
    self.rate = rate
    for penalty in objective.penalties {
      penalties[penalty.label, default: 0] += Double(penalty.value.item) * Double(count)
      weights[penalty.label] = penalty.weight
    }
    self.shares.merge(shares) { _, new in new }
  }

  func regularization(_ labels: [String]) -> [String: EpochRecord.Regularization] {
    Dictionary(
      uniqueKeysWithValues: labels.map { label in
        (
          label,
          .init(
            value: penalties[label, default: 0] / Double(max(1, images)),
            weight: weights[label, default: 0], gradientShare: shares[label])
        )
      })
  }
}
