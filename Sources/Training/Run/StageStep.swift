import Networks
import Optimization
import PETL
import Recipes

/// One step of a stage as its optimizer asks for it, and what was seen of it.
///
/// All passes have the same dropout. What is kept is what the first gradients, or else the last loss,
/// showed.
final class StageStep: StepObjective {
  /// What is logged of a step.
  struct Figures {
    /// The loss and the penalties, over all parts of the batch.
    fileprivate(set) var objective = ObjectiveFigures()
    /// What plugins logged in all parts.
    let logged = FigureLog()
    /// The mean |ρ| by site, over parts; of the epoch's last step.
    fileprivate(set) var redundancyBySite: [String: Double] = [:]
    /// The pass over the last part.
    fileprivate(set) var pass: ForwardPass?
    /// The norm of the gradient before clipping.
    var norm = 0.0
    /// ‖λ ∇R‖ by label, where it was measured.
    var penaltyNorms: [String: Double] = [:]
    /// The shares of the gradient by label, where they were measured.
    var shares: [String: Double] = [:]

    /// The regularizers whose weight is not 0.
    var active: [String] { objective.active }
  }

  private let trainer: StageTrainer
  private let batch: [Int]
  private let epoch: Int
  private let number: Int
  private let isLast: Bool
  private var seen: Figures?
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
  }

  func gradients() throws -> StepGradients { try PluginCall.outside(found) }

  private func found() throws -> StepGradients {
    var parts = GradientParts()
    var figures = try evaluate { objective, share, figures in
      if let cause = figures.objective.divergence { throw diverged(cause) }
      parts.add(
        objective, share: share,
        measuring: !hasGradient && isLast
          && trainer.progress.shares.isDue(epoch: epoch, figures.active))
    }
    parts.finish(trainer.parameters)
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
    let figures = PluginCall.outside { noGradient { evaluate { _, _, _ in } } }
    if !hasGradient { seen = figures }
    return figures.objective.total
  }

  /// What was seen, once the step is taken.
  ///
  /// - Parameter estimatedNorm: of the gradient, where the optimizer asked for losses only.
  /// - Returns: what the first gradients, or else the last loss, showed.
  /// - Throws: `DiagnosticError` when the loss or the estimate has left the finite numbers.
  func figures(estimatedNorm: Double?) throws -> Figures {
    // A rule that asked for nothing is logged all the same.
    var figures = seen ?? noGradient { evaluate { _, _, _ in } }
    if !hasGradient, let estimatedNorm { figures.norm = estimatedNorm }
    if let cause = figures.objective.divergence
      ?? (figures.norm.isFinite ? nil : "the estimated gradient is \(figures.norm)")
    {
      throw diverged(cause)
    }
    return figures
  }

  /// Runs the parts of the batch, one after the other.
  ///
  /// - Parameter visit: gets the objective of each part with its graph, the part's share, and the figures so far; what
  ///   it leaves of the graph is let go before the next part.
  /// - Returns: the figures of the whole batch.
  private func evaluate(
    _ visit: (Objective, _ share: Double, Figures) throws -> Void
  ) rethrows -> Figures {
    var figures = Figures()
    for (place, part) in trainer.parts(of: batch).enumerated() {
      figures.pass = nil
      let pass = pass(over: part.examples, place)
      let objective = trainer.objective(of: part.examples, pass, number: number)
      figures.objective.add(objective, share: part.share)
      try visit(objective, part.share, figures)
      figures.logged.add(pass.figures)
      if isLast {
        for (site, redundancy) in pass.redundancyBySite() {
          figures.redundancyBySite[site, default: 0] += part.share * redundancy
        }
      }
      figures.pass = pass
    }
    return figures
  }

  private func pass(over examples: [Int], _ place: Int) -> ForwardPass {
    let stream = trainer.setting.generator.split("steps").split(trainer.stage.name, number)
    return ForwardPass(
      isTraining: true, images: examples.count,
      generator: place == 0 ? stream : stream.split("part", place),
      recordsSubspaces: isLast || !trainer.regularizers.isEmpty || trainer.regauges(number),
      recordsInputs: trainer.regularizers.contains { $0.regularizer.needs.contains(.inputs) },
      recomputesBlocks: trainer.setting.recipe.text.recomputes)
  }

  private func diverged(_ cause: String) -> DiagnosticError {
    trainer.diverged(epoch: epoch, step: number + 1, cause)
  }
}
