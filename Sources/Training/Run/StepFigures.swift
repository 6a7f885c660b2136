import Optimization
import PETL

/// What is logged of a step.
struct StepFigures {
  /// The loss and the penalties, over all parts of the batch.
  var objective = ObjectiveFigures()
  /// What plugins logged in all parts.
  let logged = FigureLog()
  /// The mean |ρ| by site; of the epoch's last step.
  var redundancyBySite: [String: Double] = [:]
  /// What the adapters left at their sites; of steps after which adapters are brought into the balanced gauge.
  var subspaces: [(site: AdaptationSite, subspaces: Subspaces)] = []
  /// The norm of the gradient before clipping.
  var norm = 0.0
  /// ‖λ ∇R‖ by label, where it was measured.
  var penaltyNorms: [String: Double] = [:]
  /// The shares of the gradient by label, where they were measured.
  var shares: [String: Double] = [:]

  /// The regularizers whose weight is not 0.
  var active: [String] { objective.active }
}
