import Networks
import Optimization
import PETL
import Recipes

/// Where the training rules of a stage act.
extension StageTrainer {
  private var network: any TrainedNetwork { setting.task.network }

  /// A moment of the stage as a rule sees it.
  private func context(
    _ active: ActiveRule, step: Int, _ gradients: StepGradients? = nil
  ) -> RuleContext {
    let last = max(0, stage.epochs * stepsPerEpoch - 1)
    return RuleContext(
      parameters: ruleParameters, adapters: network.adapters,
      moment: moment(ofStep: min(step, last)),
      rate: rate(atEpoch: Double(min(step, last)) / Double(stepsPerEpoch)),
      generator: setting.generator.split("rules").split(active.label).split(stage.name, step),
      gradients: gradients,
      log: { [ruleFigures] name, value in ruleFigures.add("\(active.label).\(name)", value) })
  }

  /// When a step is taken, counted from 0 in the stage.
  func moment(ofStep step: Int) -> TrainingMoment {
    TrainingMoment(
      stage: stage.name, stageIndex: stageIndex, step: step, stepsPerEpoch: stepsPerEpoch,
      epochs: stage.epochs)
  }

  /// Adds what rules logged since the last time to the figures of the epoch.
  func addRuleFigures() {
    progress.totals.add(ruleFigures)
    ruleFigures.removeAll()
  }

  private var stageIndex: Int {
    setting.recipe.stages.firstIndex { $0.name == stage.name } ?? 0
  }

  /// Gives parameters the factors of their groups; to be taken off again when the stage ends.
  func applyGroups() {
    ParameterGroup.remove(from: parameters)
    for active in rules {
      let groups = active.calling { $0.groups(of: ruleParameters, network.adapters) }
      for group in groups { group.apply() }
    }
  }

  /// What comes before the first step.
  func prepareRules() throws {
    for active in rules {
      try active.calling { try $0.prepare(start, in: context(active, step: 0)) }
    }
  }

  /// The gradients of a step after all rules.
  func changed(_ gradients: Gradients, step: Int) -> Gradients {
    guard !rules.isEmpty else { return gradients }
    var changed = RuleGradients(gradients)
    for active in rules {
      active.calling { $0.gradientsDidForm(&changed, in: context(active, step: step)) }
    }
    return changed.gradients
  }

  /// What follows a step.
  func endStepOfRules(_ step: Int, _ gradients: StepGradients?) {
    noGradient {
      for active in rules {
        active.calling { $0.stepDidEnd(in: context(active, step: step, gradients)) }
      }
    }
  }

  /// What follows an epoch that was measured.
  func endEpochOfRules(_ record: EpochRecord) {
    let figures = EpochFigures(
      taskLoss: record.taskLoss, validation: record.validation.map(EpochFigures.Measured.init))
    noGradient {
      for active in rules {
        let context = context(active, step: record.step - 1)
        active.calling { $0.epochDidEnd(figures, in: context) }
        if let reason = context.reasonToEnd, progress.reasonToEnd == nil {
          progress.reasonToEnd = "because \(reason) (rule '\(active.label)')"
        }
      }
    }
  }

  /// What follows a stage.
  func endStageOfRules() {
    let step = (progress.epoch - 1) * stepsPerEpoch - 1
    noGradient {
      for active in rules {
        active.calling { $0.stageDidEnd(in: context(active, step: step)) }
      }
    }
  }

  /// That the stage ended before its time, where it did.
  var earlyEnd: [Note] {
    guard let reason = progress.reasonToEnd else { return [] }
    return [
      Note(
        "stage '\(setting.title)' ended after epoch \(progress.epoch - 1) of \(stage.epochs) \(reason)"
      )
    ]
  }

  /// Measures with the values that a rule gives in the place of those that are trained; these come back
  /// bit for bit.
  func withEvaluationValues<Result>(_ measure: () throws -> Result) rethrows -> Result {
    guard let given = evaluationValues() else { return try measure() }
    let trained = network.snapshot()
    network.restore(given)
    defer { network.restore(trained) }
    return try measure()
  }

  /// Leaves the network with the values that a rule gives.
  func adoptEvaluationValues() {
    if let given = evaluationValues() { network.restore(given) }
  }

  private func evaluationValues() -> [String: Tensor]? {
    let giving = rules.first { $0.rule.traits.contains(.givesEvaluationValues) }
    return giving.flatMap { active in
      active.calling {
        $0.evaluationValues(in: context(active, step: progress.epoch * stepsPerEpoch - 1))
      }
    }
  }

  /// The first batches, as starts that the data decide see them.
  private var start: TrainingStart {
    TrainingStart(
      batches: stepsPerEpoch, objective: { [self] in objective(ofFirst: $0) },
      inputs: { [self] number in
        let pass = firstPass(of: batch(ofFirst: number), recordsInputs: true)
        PluginCall.outside { noGradient { _ = taskLoss(of: batch(ofFirst: number), pass) } }
        return Dictionary(
          pass.records.compactMap { record in record.input.map { (record.site.name, $0.detached()) }
          },
          uniquingKeysWith: { first, _ in first })
      })
  }

  /// What the rules have gathered.
  func storedRules() throws -> [String: StoredRule] {
    try Dictionary(rules.map { ($0.label, try $0.rule.stored()) }) { first, _ in first }
  }

  /// Gives the rules what was stored of them.
  func restoreRules(_ stored: [String: StoredRule]) throws {
    func fault(_ label: String, _ words: String) -> DiagnosticError {
      DiagnosticError(
        "the checkpoint does not fit stage '\(setting.title)': the state of rule '\(label)' \(words)"
      )
    }
    for active in rules {
      guard let state = stored[active.label] else { throw fault(active.label, "is missing") }
      do {
        try active.rule.restore(state)
      } catch is DecodingError {
        throw fault(active.label, "is none of its")
      }
    }
  }
}

extension EpochFigures.Measured {
  /// The figures of a split that rules see.
  fileprivate init(_ evaluation: Evaluation) {
    self.init(
      examples: evaluation.examples, accuracy: evaluation.accuracy, loss: evaluation.loss,
      score: evaluation.score)
  }
}
