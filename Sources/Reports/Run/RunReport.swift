/// All that a report tells of a run, as plain data: it knows nothing of folders or networks.
public struct RunReport: Sendable {
  /// The outcome of a stage.
  public struct Stage: Sendable {
    /// Its name; that of a control is `control-` and the name of the stage that it repeats.
    public let name: String
    /// The stage that a control repeats without the penalties; nil for a stage.
    public let repeated: String?
    /// Whether the regularizers applied.
    public let regularizes: Bool
    /// The epoch whose parameters were kept, and how many there were.
    public let keptEpoch: Int
    /// How many epochs it had.
    public let epochs: Int
    /// The seconds of training, evaluation not counted; nil where they are not known, as of a run that goes on.
    public let seconds: Double?
    /// What the task is known by, such as the share that was classified rightly; nil without the split.
    public let figure: (validation: Double?, test: Double?)
    /// The mean |ρ| on the test split, or else the validation split.
    public let redundancy: Double?

    /// Collects the figures of a stage.
    public init(
      name: String, repeating repeated: String? = nil, regularizes: Bool, keptEpoch: Int,
      epochs: Int, seconds: Double?,
      figure: (validation: Double?, test: Double?), redundancy: Double?
    ) {
      self.name = name
      self.repeated = repeated
      self.regularizes = regularizes
      self.keptEpoch = keptEpoch
      self.epochs = epochs
      self.seconds = seconds
      self.figure = figure
      self.redundancy = redundancy
    }

    /// Whether it repeats another stage without the penalties.
    var isControl: Bool { repeated != nil }
    /// The stage that a control repeats; itself otherwise.
    var counterpart: String { repeated ?? name }
  }

  /// The figures of a regularizer in an epoch.
  public struct Regularization: Sendable {
    /// The mean over steps, without λ.
    public let value: Double
    /// λ at the end of the epoch.
    public let weight: Double
    /// Its share of the norm of all gradients, 0 … 1; nil where it was not measured.
    public let gradientShare: Double?

    /// Collects the figures of a regularizer.
    public init(value: Double, weight: Double, gradientShare: Double?) {
      self.value = value
      self.weight = weight
      self.gradientShare = gradientShare
    }
  }

  /// The figures of an epoch.
  public struct Epoch: Sendable {
    /// The stage's name.
    public let stage: String
    /// Counted from 1 within the stage.
    public let number: Int
    /// The mean task loss of the epoch's batches.
    public let loss: Double
    /// What the task is known by, and the mean cross-entropy, on the validation split; nil without one.
    public let validation: (figure: Double, loss: Double)?
    /// The mean |ρ| by site, on the validation split or else the last training batch.
    public let redundancyBySite: [String: Double]
    /// The regularizers that applied, by label.
    public let regularizers: [String: Regularization]
    /// What plugins logged, by name.
    public let figures: [String: Double]
    /// The learning rate of the epoch's last step; nil where it is not known.
    public let learningRate: Double?
    /// The mean over steps of the norm of all gradients; nil where it is not known.
    public let gradientNorm: Double?

    /// Collects the figures of an epoch.
    public init(
      stage: String, number: Int, loss: Double, validation: (figure: Double, loss: Double)?,
      redundancyBySite: [String: Double], regularizers: [String: Regularization] = [:],
      figures: [String: Double] = [:], learningRate: Double? = nil, gradientNorm: Double? = nil
    ) {
      self.stage = stage
      self.number = number
      self.loss = loss
      self.validation = validation
      self.redundancyBySite = redundancyBySite
      self.regularizers = regularizers
      self.figures = figures
      (self.learningRate, self.gradientNorm) = (learningRate, gradientNorm)
    }
  }

  /// |ρ| of the pairs of a site's subspaces: pair by pair, or in square blocks of pairs.
  public struct Correlations: Sendable {
    /// The numbers, a square.
    public let rows: [[Double]]
    /// How many subspaces there are.
    public let count: Int
    /// How many subspaces a row stands for.
    public let blockSize: Int
    /// The mean off the diagonal; nil for a single subspace.
    public let mean: Double?

    /// Every pair by itself.
    public init(_ rows: [[Double]]) {
      let pairs = rows.enumerated().flatMap { row in
        row.element.enumerated().filter { $0.offset != row.offset }.map(\.element)
      }
      self.init(
        rows, count: rows.count, blockSize: 1,
        mean: pairs.isEmpty ? nil : pairs.reduce(0, +) / Double(pairs.count))
    }

    /// Blocks of pairs.
    public init(_ rows: [[Double]], count: Int, blockSize: Int, mean: Double?) {
      (self.rows, self.count, self.blockSize, self.mean) = (rows, count, blockSize, mean)
    }
  }

  /// An adapter's site at the end of a stage.
  public struct Site: Sendable {
    /// The site's name.
    public let name: String
    /// The stage's name.
    public let stage: String
    /// ‖ΔW‖, stable and effective rank; nil where unknown.
    public let norm: Double?
    /// ‖ΔW‖²_F / ‖ΔW‖²₂.
    public let stableRank: Double?
    /// exp of the entropy of the normalised singular values.
    public let effectiveRank: Double?
    /// The singular values of ΔW, falling; empty where unknown.
    public let spectrum: [Double]
    /// |ρ| of the pairs of subspaces; nil where not measured.
    public let correlations: Correlations?

    /// Collects the figures of a site.
    public init(
      name: String, stage: String, norm: Double?, stableRank: Double?, effectiveRank: Double?,
      spectrum: [Double], correlations: Correlations?
    ) {
      self.name = name
      self.stage = stage
      self.norm = norm
      self.stableRank = stableRank
      self.effectiveRank = effectiveRank
      self.spectrum = spectrum
      self.correlations = correlations
    }
  }

  /// What a task is known by.
  public struct FigureKind: Sendable, Hashable {
    /// Its name, such as `accuracy`.
    public let name: String
    /// Whether it is a share, 0 … 1, which is shown in per cent.
    public let isShare: Bool

    /// Names a figure.
    public init(name: String, isShare: Bool) { (self.name, self.isShare) = (name, isShare) }

    /// The share that was classified rightly.
    public static let accuracy = FigureKind(name: "accuracy", isShare: true)

    /// A value of it in words.
    func text(_ value: Double?) -> String { isShare ? percentage(value) : figure(value, 3) }
  }

  /// The run's name.
  public let title: String
  /// What stands above everything else, such as that the test split chose an epoch; nil for nothing.
  public let caution: String?
  /// What the run was, label and value: adapter, data, seed, parameters.
  public let facts: [(label: String, value: String)]
  /// What the task is known by.
  public let leading: FigureKind
  /// The stages in order, controls last.
  public let stages: [Stage]
  /// The epochs in the order they were logged.
  public let epochs: [Epoch]
  /// The sites at the end of each stage, in the order of the network.
  public let sites: [Site]
  /// What is wrong about the answers; nil where it is not known, and of tasks without classes.
  public let mistakes: Mistakes?
  /// What |ρ| of the pairs was measured on; nil where it was not.
  public let measuredOn: String?
  /// The resolved recipe.
  public let recipe: String
  /// What the reader should know, a sentence each.
  public let notes: [String]

  /// Collects a report.
  public init(
    title: String, caution: String? = nil, facts: [(label: String, value: String)],
    leading: FigureKind = .accuracy, stages: [Stage], epochs: [Epoch],
    sites: [Site], mistakes: Mistakes? = nil, measuredOn: String?, recipe: String, notes: [String]
  ) {
    self.title = title
    self.caution = caution
    self.facts = facts
    self.leading = leading
    self.stages = stages
    self.epochs = epochs
    self.sites = sites
    self.mistakes = mistakes
    self.measuredOn = measuredOn
    self.recipe = recipe
    self.notes = notes
  }
}
