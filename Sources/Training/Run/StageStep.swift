import Networks
import Optimization
import PETL
import Recipes

/// One step of a stage as its optimizer asks for it, and what was seen of it.
///
/// All passes have the same dropout. What is kept is what the first gradients, or else the last loss,
/// showed.
final class StageStep: StepObjective {
  private let trainer: StageTrainer
  private let batch: [Int]
  private let epoch: Int
  private let number: Int
  private let isLast: Bool
  private let split: BatchSplit
  private var seen: StepFigures?
  private var hasGradient = false
  /// The gradients that the optimizer was given last; kept where there are training rules.
  private(set) var given: StepGradients?

  /// - Parameters:
  ///   - trainer: of the stage.
  ///   - batch: which examples.
  ///   - epoch: counted from 1.
  ///   - number: of the step in the stage, from 0.
  ///   - isLast: whether it is the epoch's last.
  init(_ trainer: StageTrainer, _ batch: [Int], epoch: Int, number: Int, isLast: Bool) {
    (self.trainer, self.batch) = (trainer, batch)
    (self.epoch, self.number, self.isLast) = (epoch, number, isLast)
    split = trainer.split(of: batch, draws: trainer.draws(ofStep: number))
  }

  func gradients() throws -> StepGradients { try PluginCall.outside(found) }

  /// Reads what the examples of this rank need.
  ///
  /// - Throws: `DiagnosticError` when a file cannot be read any more.
  func prepare() throws {
    try trainer.setting.task.prepare(
      split.own.flatMap { split.parts[$0].examples }, epoch: trainer.draws(ofStep: number))
  }

  private func found() throws -> StepGradients {
    var (figures, parts) = try evaluated()
    if let cause = figures.objective.divergence { throw diverged(cause) }
    let gradients = trainer.changed(parts.gradients, step: number)
    figures.norm = gradients.norm(trainer.parameters)
    if !figures.norm.isFinite {
      let isOfLoss = !parts.gradients.norm(trainer.parameters).isFinite
      throw diverged(
        isOfLoss
          ? Divergence.cause(parts, trainer.setting.task.network.parameters)
          : "a training rule left a gradient that is not finite")
    }
    let clip =
      trainer.setting.recipe.optimizer.gradientClip.map { min(1, $0 / max(figures.norm, 1e-30)) }
      ?? 1
    if !hasGradient {
      (figures.penaltyNorms, figures.shares) = (parts.penaltyNorms, parts.shares)
      (seen, hasGradient) = (figures, true)
    }
    let found = StepGradients(gradients, scale: clip)
    if !trainer.rules.isEmpty { given = found }
    return found
  }

  func loss() -> Double {
    let figures = PluginCall.outside { valued() }
    if !hasGradient { seen = figures }
    return figures.objective.total
  }

  /// What was seen, once the step is taken.
  ///
  /// - Parameter estimatedNorm: of the gradient, where the optimizer asked for losses only.
  /// - Returns: what the first gradients, or else the last loss, showed.
  /// - Throws: `DiagnosticError` when the loss or the estimate has left the finite numbers.
  func figures(estimatedNorm: Double?) throws -> StepFigures {
    // A rule that asked for nothing is logged all the same.
    var figures = seen ?? valued()
    if !hasGradient, let estimatedNorm { figures.norm = estimatedNorm }
    if let cause = figures.objective.divergence
      ?? (figures.norm.isFinite ? nil : "the estimated gradient is \(exact(figures.norm))")
    {
      throw diverged(cause)
    }
    return figures
  }

  /// The gradient of the objective and its figures.
  private func evaluated() throws -> (figures: StepFigures, parts: GradientParts) {
    let measures = { [self] (active: [String]) in
      !hasGradient && isLast && trainer.progress.shares.isDue(epoch: epoch, active)
    }
    guard split.isWhole else { return try splitStep.gradients(measuring: measures) }
    var parts = GradientParts()
    let figures = evaluate { objective, figures in
      // Nothing is differentiated of a loss that has left the finite numbers.
      if figures.objective.divergence == nil {
        parts.add(objective, measuring: measures(figures.active))
      }
    }
    parts.finish(trainer.parameters)
    return (figures, parts)
  }

  /// The figures of the objective, without a gradient.
  private func valued() -> StepFigures {
    noGradient { split.isWhole ? evaluate { _, _ in } : splitStep.figures() }
  }

  private var splitStep: SplitStep {
    SplitStep(trainer: trainer, split: split, batch: batch, number: number, isLast: isLast)
  }

  /// Runs the whole batch at once.
  ///
  /// - Parameter visit: gets the objective with its graph, and the figures so far.
  /// - Returns: the figures.
  private func evaluate(
    _ visit: (Objective, StepFigures) -> Void
  ) -> StepFigures {
    var figures = StepFigures()
    let pass = trainer.pass(
      over: batch, number: number,
      records: isLast || !trainer.regularizers.isEmpty || trainer.regauges(number))
    let objective = trainer.objective(of: batch, pass, number: number)
    figures.objective.add(objective, share: 1)
    visit(objective, figures)
    figures.logged.add(pass.figures)
    if isLast { figures.redundancyBySite = pass.redundancyBySite() }
    if trainer.regauges(number) { figures.subspaces = pass.subspaces }
    return figures
  }

  private func diverged(_ cause: String) -> DiagnosticError {
    trainer.diverged(epoch: epoch, step: number + 1, cause)
  }
}
