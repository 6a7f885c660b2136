import PETL

/// The words for training that has left the finite numbers.
enum Divergence {
  static func error(stage: String, epoch: Int, step: Int, cause: String) -> DiagnosticError {
    DiagnosticError(
      "training diverged in stage '\(stage)', epoch \(epoch), step \(step): \(cause)",
      hints: [
        "the checkpoint of the last complete epoch is kept",
        "try a smaller optimizer.learning_rate, a longer schedule.warmup_epochs, "
          + "or optimizer.gradient_clip: 1",
      ])
  }

  /// Which gradient is not finite.
  static func cause(
    _ gradients: Gradients, _ parameters: [(name: String, parameter: Parameter)]
  ) -> String {
    let first = parameters.first {
      gradients[$0.parameter.value].map { !$0.squaredNorm.isFinite } ?? false
    }
    return "the gradient of '\(first?.name ?? "a parameter")' is not finite"
  }
}
