import Foundation

/// How the learning rate changes within a stage, as a factor of the optimizer's.
///
/// The factor grows in a straight line over the warm-up and then stays, or falls along half a cosine
/// to its minimum, where it stays for the cool-down at the end of the stage. The defaults are our
/// choice: it moves every step, and the cosine begins where the warm-up ends. Published code that
/// uses timm's scheduler moves every epoch, along a cosine that begins with the stage; PETL-ViT and
/// NOAH call it so that each epoch has the rate of the one before (docs/vtab-1k.md).
public struct RateSchedule: Sendable, Hashable {
  /// What happens after the warm-up.
  public enum Form: String, CaseIterable, Sendable {
    /// Half a cosine down to the minimum.
    case cosine
    /// Nothing.
    case constant
  }

  /// When the factor moves.
  public enum Step: String, CaseIterable, Sendable {
    /// With every step.
    case batch
    /// With every epoch, whose steps then have the factor of its beginning.
    case epoch
  }

  /// Where the cosine begins.
  public enum CosineStart: String, CaseIterable, Sendable {
    /// At the end of the warm-up, where its factor is 1.
    case warmup
    /// At the start of the stage, under the warm-up, which then ends a little above it.
    case start
  }

  /// What happens after the warm-up.
  public var form: Form
  /// The length of the warm-up in epochs.
  public var warmupEpochs: Double
  /// The factor at the first step of the warm-up.
  public var warmupFactor: Double
  /// The factor at the end of the cosine.
  public var minimumFactor: Double
  /// When the factor moves.
  public var step: Step
  /// By how many epochs the factor is late, when it moves with every epoch.
  public var lagEpochs: Int
  /// Where the cosine begins.
  public var cosineFrom: CosineStart
  /// The epochs at the end of a stage, at the minimum.
  public var cooldownEpochs: Double

  /// Makes a schedule; the factors default to PETL-ViT's, 1e-6 and 1e-5 at a rate of 1e-3.
  ///
  /// - Parameters:
  ///   - form: what happens after the warm-up.
  ///   - warmupEpochs: the length of the warm-up.
  ///   - warmupFactor: the factor it starts at.
  ///   - minimumFactor: the factor the cosine ends at.
  ///   - step: when the factor moves.
  ///   - lagEpochs: by how many epochs it is late, when it moves with every epoch.
  ///   - cosineFrom: where the cosine begins.
  ///   - cooldownEpochs: the epochs at the end, at the minimum.
  public init(
    form: Form = .cosine, warmupEpochs: Double = 0, warmupFactor: Double = 1e-3,
    minimumFactor: Double = 1e-2, step: Step = .batch, lagEpochs: Int = 0,
    cosineFrom: CosineStart = .warmup, cooldownEpochs: Double = 0
  ) {
    self.form = form
    self.warmupEpochs = warmupEpochs
    self.warmupFactor = warmupFactor
    self.minimumFactor = minimumFactor
    self.step = step
    self.lagEpochs = lagEpochs
    self.cosineFrom = cosineFrom
    self.cooldownEpochs = cooldownEpochs
  }

  /// The factor at a moment, both in epochs.
  public func factor(atEpoch moment: Double, of total: Double) -> Double {
    let epoch = step == .batch ? moment : max(0, moment.rounded(.down) - Double(lagEpochs))
    if epoch < warmupEpochs {
      return warmupFactor + (1 - warmupFactor) * epoch / warmupEpochs
    }
    let (start, end) = (cosineFrom == .start ? 0 : warmupEpochs, total - cooldownEpochs)
    guard form == .cosine, end > start else { return 1 }
    let progress = min(1, (epoch - start) / (end - start))
    return minimumFactor + (1 - minimumFactor) * (1 + cos(.pi * progress)) / 2
  }
}
