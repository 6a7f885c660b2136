import Optimization
import PETL

/// What adds up over the steps of an epoch.
struct EpochTotals: Codable {
  private(set) var images = 0
  /// The tokens of texts; nil of images.
  private(set) var tokens: Int?
  private(set) var taskLoss = 0.0
  private(set) var gradientNorm = 0.0
  private(set) var rate = 0.0
  private(set) var lastLoss = 0.0
  /// The mean |ρ| by site over the last batch.
  var redundancyBySite: [String: Double] = [:]
  private var penalties: [String: Double] = [:]
  private var weights: [String: Double] = [:]
  private var shares: [String: Double] = [:]
  /// What plugins logged; nil of none.
  private var logged: [String: FigureLog.Total]?

  mutating func add(
    _ objective: ObjectiveFigures, images count: Int, norm: Double, rate: Double,
    shares: [String: Double], logged log: FigureLog
  ) {
    images += count
    lastLoss = objective.task
    taskLoss += lastLoss * Double(count)
    gradientNorm += norm
    self.rate = rate
    for penalty in objective.penalties {
      penalties[penalty.label, default: 0] += penalty.value * Double(count)
      weights[penalty.label] = penalty.weight
    }
    self.shares.merge(shares) { _, new in new }
    add(log)
  }

  /// Adds the tokens of a batch of texts.
  mutating func add(tokens count: Int?) {
    if let count { tokens = (tokens ?? 0) + count }
  }

  /// Adds what plugins logged in a step; one mean of a step counts as much as another.
  mutating func add(_ log: FigureLog) {
    for (name, total) in log.totals {
      logged = logged ?? [:]
      logged?[name, default: .init()].add(total.mean)
    }
  }

  /// The mean over steps of what plugins logged, by name; nil of none.
  var loggedFigures: [String: Double]? { logged?.mapValues(\.mean) }

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
