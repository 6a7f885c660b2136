import Networks
import Training

/// What is compared.
public struct ComparedFigure: Sendable, Equatable {
  /// The figures of an evaluation.
  public enum Metric: String, CaseIterable, Sendable, Codable {
    /// The share that was classified rightly.
    case accuracy
    /// The mean cross-entropy.
    case loss
    /// The mean |ρ| of coefficients.
    case redundancy
  }

  /// The splits that a run evaluates.
  public enum Split: String, CaseIterable, Sendable, Codable {
    /// It decides nothing.
    case test
    /// It may have chosen the epoch.
    case val
  }

  /// The figure.
  public var metric: Metric
  /// The split it is of.
  public var split: Split

  /// Names a figure.
  public init(_ metric: Metric = .accuracy, of split: Split = .test) {
    self.metric = metric
    self.split = split
  }

  /// The figure of a stage; nil when it has none.
  func value(_ stage: StageResult) -> Double? {
    let evaluation = split == .test ? stage.test : stage.validation
    return switch metric {
    case .accuracy: evaluation?.accuracy
    case .loss: evaluation?.loss
    case .redundancy: evaluation?.redundancy
    }
  }
}
