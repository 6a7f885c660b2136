import Optimization
import PETL

/// One step of pre-training as its optimizer asks for it.
final class PretrainingStep: StepObjective {
  private let parameters: [Parameter]
  private let number: Int
  private let gradientClip: Double?
  private let evaluate: () -> Tensor
  /// The loss that was seen last; 0 before any.
  private(set) var value = 0.0

  /// - Parameters:
  ///   - parameters: all that is trained.
  ///   - number: of the step, from 0.
  ///   - gradientClip: the largest norm of a gradient; nil for no clipping.
  ///   - loss: of the batch, with the parameters as they are then.
  init(
    parameters: [Parameter], number: Int, gradientClip: Double?, loss: @escaping () -> Tensor
  ) {
    (self.parameters, self.number, self.gradientClip) = (parameters, number, gradientClip)
    evaluate = loss
  }

  func gradients() throws -> StepGradients { try PluginCall.outside(found) }

  private func found() throws -> StepGradients {
    let loss = evaluate()
    value = Double(loss.item)
    guard value.isFinite else { throw diverged("the loss is \(exact(value))") }
    let gradients = loss.backward()
    let norm = gradients.norm(parameters)
    guard norm.isFinite else { throw diverged("the gradient is not finite") }
    let clip = gradientClip.map { min(1, $0 / max(norm, 1e-30)) } ?? 1
    return StepGradients(gradients, scale: clip)
  }

  func loss() -> Double {
    value = PluginCall.outside { noGradient { Double(evaluate().item) } }
    return value
  }

  private func diverged(_ cause: String) -> DiagnosticError {
    DiagnosticError(
      "pre-training diverged at step \(number + 1): \(cause)",
      hints: ["try a smaller optimizer.learning_rate or a longer schedule.warmup_epochs"])
  }
}
