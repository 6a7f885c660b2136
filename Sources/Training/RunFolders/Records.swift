import Networks
import PETL
import Recipes

/// What is logged of one epoch: a line of `metrics.jsonl`.
public struct EpochRecord: Sendable, Codable {
  /// One regularizer's figures.
  public struct Regularization: Sendable, Codable {
    /// The mean over steps, without λ.
    public var value: Double
    /// λ at the end of the epoch.
    public var weight: Double
    /// ‖λ ∇R‖ / (‖∇L_task‖ + Σ ‖λ ∇R‖) over all parameters, at the epoch's last step; nil while λ
    /// is 0 and in epochs that were not measured.
    public var gradientShare: Double?
  }

  /// The stage's name.
  public var stage: String
  /// Counted from 1 within the stage.
  public var epoch: Int
  /// Steps so far in the stage.
  public var step: Int
  /// The mean task loss of the epoch's batches.
  public var taskLoss: Double
  /// The regularizers by label.
  public var regularizers: [String: Regularization]
  /// The mean |ρ| by site over the epoch's last training batch.
  public var redundancyBySite: [String: Double]
  /// The mean global norm of the gradient, before clipping.
  public var gradientNorm: Double
  /// The learning rate of the last step.
  public var learningRate: Double
  /// Training images, or texts, a second.
  public var imagesPerSecond: Double
  /// Training tokens a second; nil of images.
  public var tokensPerSecond: Double?
  /// The largest distance of a constrained parameter from its set; nil when there is none.
  public var constraintDistance: Double?
  /// The validation split, when there is one.
  public var validation: Evaluation?
  /// The test split, where it chooses the epoch; nil otherwise.
  public var test: Evaluation?
  /// What plugins logged, by name, the mean over the epoch's steps; nil where none did.
  public var figures: [String: Double]?

  /// What decides whether this epoch is kept; the last one is whatever it says.
  func score(_ selection: Recipe.Selection) -> Double {
    (selection == .bestTest ? test : validation)?.score ?? 0
  }
}

/// The outcome of one stage.
public struct StageResult: Sendable, Codable {
  /// The stage, or its control.
  public var title: StageTitle
  /// The title in words: that of a control has `control` before it.
  public var name: String { title.description }
  /// How many epochs it had.
  public var epochs: Int
  /// Whether the regularizers applied.
  public var regularizes: Bool
  /// The epoch whose parameters were kept, counted from 1.
  public var keptEpoch: Int
  /// The seconds of training, evaluation not counted.
  public var trainingSeconds: Double
  /// The mean task loss of the kept epoch.
  public var taskLoss: Double
  /// The validation split, when there is one.
  public var validation: Evaluation?
  /// The test split, when there is one; it decides nothing, unless the summary says that it does.
  public var test: Evaluation?

  private enum CodingKeys: String, CodingKey {
    case title = "name"
    case epochs, regularizes, keptEpoch, trainingSeconds, taskLoss, validation, test
  }
}

/// The outcome of a run: `summary.json`.
public struct RunSummary: Sendable, Codable {
  /// The recipe's name.
  public var name: String
  /// The seed.
  public var seed: Int
  /// How many threads shared the work.
  public var threads: Int
  /// The numbers that the adapter trains.
  public var adapterParameters: Int
  /// The numbers that the head trains.
  public var headParameters: Int
  /// The stages in order, the control last.
  public var stages: [StageResult]
  /// What the user should know, a sentence each.
  public var notes: [Note]
  /// The format of `adapter/`: `peft` or `petl`.
  public var adapterFormat: String?
  /// How often the run was cut off and resumed; nil when it never was.
  public var resumptions: Int?
  /// That the best epoch was chosen on the test split, in words; nil for every other run.
  public var bestOnTest: String?
}
