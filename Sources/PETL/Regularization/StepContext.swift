/// What all regularizers of one step share.
package final class StepContext {
  /// Weights of the backbone that are trained, and what they were at first.
  package typealias Start = (name: String, parameter: Parameter, start: Tensor)

  /// When the step is taken.
  let moment: TrainingMoment
  /// The sites: those that left something in the order of the pass, then the others.
  let records: [SiteRecord]
  /// The frozen weights.
  let frozen: FrozenWeights
  /// What the network answers; nil where nothing is answered, as in a benchmark.
  let answers: NetworkAnswers?
  /// The class of each example, or its text's place in the batch.
  let labels: [Int]
  /// What the network answers without adapters; nil where it was not asked for.
  let frozenAnswers: NetworkAnswers?
  /// The backbone's trained weights; empty where they were not asked for.
  let startingWeights: [Start]
  /// The factors of reference adapters, by path and by site.
  let references: [String: [String: ReferenceFactors]]
  /// Where figures are logged.
  package let figures: FigureLog
  /// The stream of all regularizers, the same in every step.
  let generator: RandomGenerator

  /// Makes a context.
  ///
  /// - Parameters:
  ///   - moment: when the step is taken.
  ///   - adapters: of the network.
  ///   - pass: what they left.
  ///   - frozen: the frozen weights.
  ///   - answers: what the network answers.
  ///   - labels: the class of each example.
  ///   - frozenAnswers: what the network answers without adapters.
  ///   - startingWeights: of the backbone, where it is trained.
  ///   - references: the factors of reference adapters, by path and by site.
  ///   - generator: the stream of all regularizers.
  package convenience init(
    moment: TrainingMoment, adapters: AdapterSet, pass: ForwardPass, frozen: FrozenWeights,
    answers: NetworkAnswers? = nil, labels: [Int] = [], frozenAnswers: NetworkAnswers? = nil,
    startingWeights: [Start] = [], references: [String: [String: ReferenceFactors]] = [:],
    generator: RandomGenerator
  ) {
    self.init(
      moment: moment, adapters: adapters, records: pass.records, figures: pass.figures,
      frozen: frozen, answers: answers, labels: labels, frozenAnswers: frozenAnswers,
      startingWeights: startingWeights, references: references, generator: generator)
  }

  /// The same of what adapters left in all parts of a batch.
  ///
  /// - Parameters:
  ///   - moment: when the step is taken.
  ///   - adapters: of the network.
  ///   - records: what they left.
  ///   - figures: where figures are logged.
  ///   - frozen: the frozen weights.
  ///   - answers: what the network answers.
  ///   - labels: the class of each example.
  ///   - frozenAnswers: what the network answers without adapters.
  ///   - startingWeights: of the backbone, where it is trained.
  ///   - references: the factors of reference adapters, by path and by site.
  ///   - generator: the stream of all regularizers.
  package init(
    moment: TrainingMoment, adapters: AdapterSet, records: [SiteRecord], figures: FigureLog,
    frozen: FrozenWeights, answers: NetworkAnswers?, labels: [Int],
    frozenAnswers: NetworkAnswers?, startingWeights: [Start],
    references: [String: [String: ReferenceFactors]], generator: RandomGenerator
  ) {
    (self.moment, self.frozen, self.answers, self.labels) = (moment, frozen, answers, labels)
    (self.frozenAnswers, self.startingWeights) = (frozenAnswers, startingWeights)
    (self.references, self.generator, self.figures) = (references, generator, figures)
    let seen = Set(records.map(\.site))
    self.records =
      records + adapters.entries.filter { !seen.contains($0.site) }.map { SiteRecord($0) }
  }

  /// The value of a regularizer.
  ///
  /// - Parameters:
  ///   - regularizer: what is asked.
  ///   - label: its name in logs.
  /// - Returns: a differentiable scalar.
  package func penalty(of regularizer: any Regularizer, label: String) -> Tensor {
    PluginCall.within("regularizer '\(label)'") {
      let value = regularizer.penalty(
        in: RegularizerContext(
          step: self, label: label, needs: regularizer.needs, references: regularizer.references))
      require(value.count == 1, "A penalty is a scalar, not of shape \(value.shape).")
      return value
    }
  }
}
