import Optimization

/// How far a stage has come: with the parameters and the optimizer's state all that decides its next step.
///
/// Random numbers need no more: every stream is split from the seed by stage, epoch and step.
struct StageProgress: Codable {
  /// The epoch that is under way, counted from 1; one more than there are when all are done.
  var epoch = 1
  /// How many steps of this epoch were taken.
  var step = 0
  /// What adds up over this epoch.
  var totals = EpochTotals()
  /// What was found out about the regularizers' shares of the gradient.
  var shares: ShareMeasurement
  /// The seconds of training in the epochs before.
  var seconds = 0.0
  /// The seconds of training in this epoch.
  var epochSeconds = 0.0
  /// The epoch whose parameters are kept so far.
  var kept: EpochRecord?
  /// Why no further epoch is trained, in words; nil while there is no such reason.
  var reasonToEnd: String?
}
