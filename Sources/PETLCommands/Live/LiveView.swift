import Datasets
import Networks
import Recipes
import Training

/// What is shown of a run while it goes on, as lines of text that fit a terminal.
///
/// It holds what the run has told so far and knows nothing of a terminal: the same state, size and
/// moment give the same lines.
struct LiveView: Sendable {
  /// The size that lines have to fit.
  struct Size: Equatable, Sendable {
    var columns: Int
    var rows: Int
  }

  /// The figures of an epoch that are shown.
  struct Epoch: Sendable {
    let number: Int
    let loss: Double
    let redundancy: Double?
    /// What the task is known by, its words, and how good it is, the larger the better.
    let score: (value: Double, text: String, goodness: Double)?
    let shares: [(label: String, share: Double)]
    /// What plugins logged, by name.
    let figures: [String: Double]
    let distance: Double?
    let learningRate: Double
    let imagesPerSecond: Double
    let tokensPerSecond: Double?

    init(_ record: EpochRecord) {
      number = record.epoch
      loss = record.taskLoss
      let sites = record.redundancyBySite.values
      redundancy =
        record.validation?.redundancy
        ?? (sites.isEmpty ? nil : sites.reduce(0, +) / Double(sites.count))
      score = record.validation.map { ($0.leading.value, $0.leading.text, $0.score) }
      shares = record.regularizers.sorted { $0.key < $1.key }.compactMap { label, figures in
        figures.gradientShare.map { (label, $0) }
      }
      figures = record.figures ?? [:]
      distance = record.constraintDistance
      learningRate = record.learningRate
      imagesPerSecond = record.imagesPerSecond
      tokensPerSecond = record.tokensPerSecond
    }
  }

  /// The stage that is being trained.
  struct Stage: Sendable {
    let title: String
    let epochs: Int
    let stepsPerEpoch: Int
    var step = 0
    var lastLoss: Double?
    /// The losses of the steps before the first epoch is complete.
    var stepLosses = BoundedCurve()
    var history: [Epoch] = []

    /// The epoch that the last step was of, counted from 1.
    var epoch: Int { max(1, (step + stepsPerEpoch - 1) / max(1, stepsPerEpoch)) }
    /// Whether the epoch's steps are done and its evaluation is not.
    var isEvaluating: Bool {
      step > 0 && step % stepsPerEpoch == 0 && history.last?.number != step / stepsPerEpoch
    }
  }

  let stages: [PlannedStage]
  let batchSize: Int
  let glyphs: Glyphs
  /// What a batch has of, such as images.
  let unit: String
  /// What stands beside figures of the test split, with a space; empty unless it chooses the epoch.
  let mark: String
  private(set) var stage: Stage?
  private(set) var time: TimeEstimate
  /// What is being decoded; a stage that begins ends it.
  var decoding: ImageProgress?

  /// - Parameters:
  ///   - stages: what is going to be trained, the control last.
  ///   - batchSize: images in a step.
  ///   - glyphs: what pictures are made of.
  ///   - selection: which epoch is kept.
  ///   - unit: what a batch has of.
  init(
    _ stages: [PlannedStage], batchSize: Int, _ glyphs: Glyphs,
    selection: Recipe.Selection = .last, unit: String = "images"
  ) {
    self.unit = unit
    mark = selection.caution == nil ? "" : " \(Recipe.Selection.mark)"
    self.stages = stages
    self.batchSize = batchSize
    self.glyphs = glyphs
    time = TimeEstimate(stages)
  }

  mutating func begin(_ title: String, epochs: Int, stepsPerEpoch: Int, at now: Double) {
    decoding = nil
    stage = Stage(title: title, epochs: epochs, stepsPerEpoch: max(1, stepsPerEpoch))
    time.begin(title, epochs: epochs, stepsPerEpoch: stepsPerEpoch, at: now)
  }

  mutating func step(_ step: Int, loss: Double, at now: Double) {
    stage?.step = step
    stage?.lastLoss = loss
    if stage?.history.isEmpty == true { stage?.stepLosses.add(loss) }
    time.step(step, at: now)
  }

  mutating func endEpoch(_ record: EpochRecord, at now: Double) {
    stage?.history.append(Epoch(record))
    time.endEpoch(at: now)
  }

  /// Ends a stage.
  ///
  /// - Returns: the line that stays of it.
  mutating func end(_ result: StageResult, at now: Double) -> LiveLine {
    let line = summary(result)
    stage = nil
    time.end(result.name, at: now)
    return line
  }

  /// What is shown, at most as many lines as the terminal has above the one with the cursor.
  func lines(_ size: Size, at now: Double) -> [[Piece]] {
    // The last column stays empty: some terminals go to the next line once it is filled.
    let width = size.columns - 1
    let lines: [LiveLine]
    if let stage {
      let all = rows(of: stage, columns: size.columns, at: now)
      lines = size.columns < 40 || size.rows <= all.count ? [shortest(stage, at: now)] : all
    } else {
      lines = decoding.map { [$0.line(glyphs)] } ?? []
    }
    return size.rows < 2 || width < 1 ? [] : lines.map { $0.pieces(width: width, glyphs) }
  }
}
