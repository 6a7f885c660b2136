/// How many ranks all sites have together at a step.
struct RankBudget {
  private let options: AdaLoRAOptions
  private let sites: Int
  private let steps: Int

  /// - Parameters:
  ///   - options: say the ranks and when they are taken away.
  ///   - sites: how many there are.
  ///   - steps: of the stage.
  init(_ options: AdaLoRAOptions, sites: Int, steps: Int) {
    (self.options, self.sites, self.steps) = (options, sites, steps)
  }

  /// The ranks at the start.
  var initial: Int { options.initialRank * sites }
  /// The ranks at the end.
  var target: Int { options.targetRank * sites }

  /// Whether ranks are shared out after a step, counted from 0, before the last `tfinal`.
  func isDue(_ step: Int) -> Bool {
    step > options.initialSteps && step.isMultiple(of: options.interval)
  }

  /// b = target + (initial − target) (1 − (t − tᵢ) / (T − t_f − tᵢ))³, rounded down.
  func ranks(at step: Int) -> Int {
    if step <= options.initialSteps { return initial }
    if step > steps - options.finalSteps { return target }
    let share =
      1 - Double(step - options.initialSteps)
      / Double(steps - options.finalSteps - options.initialSteps)
    return Int(Double(initial - target) * (share * share * share) + Double(target))
  }
}
