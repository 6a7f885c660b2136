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
    /// exp of the loss of a language model.
    case perplexity
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

  /// The figures that runs are compared by where nobody says one, the first that they have: on the test split, or else
  /// the validation split, perplexity of language models, accuracy of others.
  public static let usual: [ComparedFigure] = Split.allCases.flatMap { split in
    [ComparedFigure(.perplexity, of: split), ComparedFigure(.accuracy, of: split)]
  }

  /// The figure of a stage; nil when it has none.
  func value(_ stage: StageResult) -> Double? {
    let evaluation = split == .test ? stage.test : stage.validation
    return switch metric {
    case .accuracy: evaluation?.accuracy
    case .loss: evaluation?.loss
    case .perplexity: evaluation?.perplexity
    case .redundancy: evaluation?.redundancy
    }
  }
}
