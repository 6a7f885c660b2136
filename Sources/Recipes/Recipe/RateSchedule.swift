import Foundation

/// How the learning rate changes within a stage, as a factor of the optimizer's.
///
/// The factor grows in a straight line over the warm-up and then stays, or falls along half a cosine
/// to its minimum at the end of the stage. It moves every step (our choice; PETL-ViT's code moves
/// every epoch).
public struct RateSchedule: Sendable, Hashable {
  /// What happens after the warm-up.
  public enum Form: String, CaseIterable, Sendable {
    /// Half a cosine down to the minimum.
    case cosine
    /// Nothing.
    case constant
  }

  /// What happens after the warm-up.
  public var form: Form
  /// The length of the warm-up in epochs.
  public var warmupEpochs: Double
  /// The factor at the first step of the warm-up.
  public var warmupFactor: Double
  /// The factor at the end of the cosine.
  public var minimumFactor: Double

  /// Makes a schedule; the factors default to PETL-ViT's, 1e-6 and 1e-5 at a rate of 1e-3.
  public init(
    form: Form = .cosine, warmupEpochs: Double = 0, warmupFactor: Double = 1e-3,
    minimumFactor: Double = 1e-2
  ) {
    self.form = form
    self.warmupEpochs = warmupEpochs
    self.warmupFactor = warmupFactor
    self.minimumFactor = minimumFactor
  }

  /// The factor at a moment, both in epochs.
  public func factor(atEpoch epoch: Double, of total: Double) -> Double {
    if epoch < warmupEpochs {
      return warmupFactor + (1 - warmupFactor) * epoch / warmupEpochs
    }
    guard form == .cosine, total > warmupEpochs else { return 1 }
    let progress = min(1, (epoch - warmupEpochs) / (total - warmupEpochs))
    return minimumFactor + (1 - minimumFactor) * (1 + cos(.pi * progress)) / 2
  }
}
