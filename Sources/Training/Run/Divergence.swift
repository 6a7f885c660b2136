import Optimization
import PETL

/// The words for training that has left the finite numbers.
enum Divergence {
  static func error(
    stage: String, epoch: Int, step: Int, cause: String, isStored: Bool
  ) -> DiagnosticError {
    let place = "the last complete epochs, if there were any, are in checkpoint/step-*.safetensors"
    return DiagnosticError(
      "training diverged in stage '\(stage)', epoch \(epoch), step \(step): \(cause)",
      hints: (isStored ? [place] : []) + [
        "try a smaller optimizer.learning_rate, a longer schedule.warmup_epochs, "
          + "or optimizer.gradient_clip: 1"
      ])
  }

  /// Whose gradient is not finite.
  static func cause(
    _ parts: GradientParts, _ parameters: [(name: String, parameter: Parameter)]
  ) -> String {
    let penalty = parts.penaltyNorms.filter { !$0.value.isFinite }.keys.min()
    if let penalty, parts.taskNorm?.isFinite == true {
      return "the gradient of regularizer '\(penalty)' is not finite"
    }
    let first = parameters.first {
      parts.gradients[$0.parameter.value].map { !$0.squaredNorm.isFinite } ?? false
    }
    return "the gradient of '\(first?.name ?? "a parameter")' is not finite"
  }
}
