import PETL

extension TrainableExperiment {
  /// Trains the stages of the recipe, and its control, without a folder: nothing is written.
  ///
  /// The model is left with the parameters of the last stage; the control's are gone. A second call
  /// goes on from there.
  ///
  /// - Parameter observer: is told what happens.
  /// - Returns: the figures of each stage, and what the user should know.
  /// - Throws: `DiagnosticError` when training diverges or the data lack a split.
  @discardableResult
  public func train(observer: (any TrainingObserver)? = nil) throws -> RunSummary {
    try Runner(self, observer: observer).run()
  }
}
