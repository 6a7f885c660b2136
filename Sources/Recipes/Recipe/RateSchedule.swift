import Foundation
import PETL

/// How the learning rate changes within a stage, as a factor of the optimizer's.
///
/// The factor grows in a straight line over the warm-up and then stays, or falls along half a cosine or a
/// straight line to its minimum, where it stays for the cool-down at the end of the stage. The defaults are our
/// choice: it moves every step, and the cosine begins where the warm-up ends. Published code that
/// uses timm's scheduler moves every epoch, along a cosine that begins with the stage; PETL-ViT and
/// NOAH call it so that each epoch has the rate of the one before (docs/vtab-1k.md).
public struct RateSchedule: PluginOptions, Hashable {
  /// What happens after the warm-up.
  public enum Form: String, CaseIterable, Sendable {
    /// Half a cosine down to the minimum.
    case cosine
    /// A straight line down to the minimum, as Hugging Face's trainer has it with a minimum of 0.
    case linear
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
  public var form = Form.cosine
  /// The length of the warm-up in epochs.
  public var warmupEpochs = 0.0
  /// The factor at the first step of the warm-up.
  public var warmupFactor = 1e-3
  /// The factor at the end of the cosine or the line.
  public var minimumFactor = 1e-2
  /// When the factor moves.
  public var step = Step.batch
  /// By how many epochs the factor is late, when it moves with every epoch.
  public var lagEpochs = 0
  /// Where the cosine or the line begins.
  public var cosineFrom = CosineStart.warmup
  /// The epochs at the end of a stage, at the minimum.
  public var cooldownEpochs = 0.0

  /// The defaults; the factors are PETL-ViT's, 1e-6 and 1e-5 at a rate of 1e-3.
  public init() {}

  /// The schedule of a stage: where warm-up and cool-down leave nothing between them, both are shortened alike, to
  /// half of the stage (our choice).
  ///
  /// - Parameter total: the epochs of the stage.
  /// - Returns: this schedule, where the stage is longer than both.
  func fitted(to total: Double) -> RateSchedule {
    let ends = warmupEpochs + cooldownEpochs
    // Epochs that the factor is late by are as good as a part of the warm-up.
    let length = step == .epoch ? total - Double(lagEpochs) : total
    guard ends >= length, ends > 0 else { return self }
    func shortened(_ epochs: Double) -> Double {
      let half = max(0, epochs * length / ends / 2)
      // Within an epoch nothing moves.
      return step == .epoch ? half.rounded(.down) : half
    }
    var fitted = self
    fitted.warmupEpochs = shortened(warmupEpochs)
    fitted.cooldownEpochs = shortened(cooldownEpochs)
    return fitted
  }

  /// The factor at a moment, both in epochs; of a stage that is too short for warm-up and cool-down both are
  /// shortened.
  public func factor(atEpoch moment: Double, of total: Double) -> Double {
    fitted(to: total).fittedFactor(atEpoch: moment, of: total)
  }

  private func fittedFactor(atEpoch moment: Double, of total: Double) -> Double {
    let epoch = step == .batch ? moment : max(0, moment.rounded(.down) - Double(lagEpochs))
    if epoch < warmupEpochs {
      return warmupFactor + (1 - warmupFactor) * epoch / warmupEpochs
    }
    let (start, end) = (cosineFrom == .start ? 0 : warmupEpochs, total - cooldownEpochs)
    guard form != .constant, end > start else { return 1 }
    let progress = min(1, (epoch - start) / (end - start))
    let height = form == .linear ? 1 - progress : (1 + cos(.pi * progress)) / 2
    return minimumFactor + (1 - minimumFactor) * height
  }
}
