/// One step of training as a regularizer sees it.
///
/// It is that of the whole batch, also where this goes through the network in parts or over several machines: tokens and
/// examples are brought together when they are asked for, the Gram matrices of `Subspaces` without that.
public struct RegularizerContext {
  /// Every site with its adapter, in the order of the forward pass; none where the backbone's own
  /// weights are trained.
  public let sites: [SiteContext]
  /// The regularizer's own stream, the same in every step and stage.
  ///
  /// Split it by a name of your own, and by the step for what is to change: `split("noise", step)`.
  public let generator: RandomGenerator

  private let step: StepContext
  private let label: String
  private let needs: RegularizerNeeds

  init(step: StepContext, label: String, needs: RegularizerNeeds, references: [String]) {
    (self.step, self.label, self.needs) = (step, label, needs)
    generator = step.generator.split(label)
    sites = step.records.map { record in
      SiteContext(
        record: record, step: step, needs: needs,
        references: references.compactMap { step.references[$0]?[record.site.name] })
    }
  }

  /// When in its stage the step is taken.
  public var moment: TrainingMoment { step.moment }

  /// What the network answers, with its adapters.
  public var answers: NetworkAnswers {
    guard let answers = step.answers else {
      stopProgram("This step has no answers of the network.")
    }
    return answers
  }

  /// The class of each example; in retrieval the place of its text among those of the batch.
  public var labels: [Int] { step.labels }

  /// What the network answers to the same batch without its adapters, without dropout, and with its
  /// first weights where these are trained.
  ///
  /// Needs `.frozenAnswers`. It is outside of any graph. The head is the trained one as it is now, for a
  /// network without adapters has none.
  public var frozenAnswers: NetworkAnswers {
    require(
      needs.contains(.frozenAnswers),
      "A regularizer asked for what its needs do not have: .frozenAnswers.")
    guard let answers = step.frozenAnswers else {
      stopProgram("This step has no answers of the network without adapters.")
    }
    return answers
  }

  /// The backbone's own weights that are trained, each with what it was before training; none where the
  /// backbone is frozen.
  ///
  /// Needs `.startingWeights`.
  public var startingWeights: [(name: String, parameter: Parameter, start: Tensor)] {
    require(
      needs.contains(.startingWeights),
      "A regularizer asked for what its needs do not have: .startingWeights.")
    return step.startingWeights
  }

  /// Runs a part of the regularizer's work that is for one site, so that what stops the program names it.
  func within<Result>(_ site: SiteContext, _ body: () -> Result) -> Result {
    PluginCall.within("regularizer '\(label)'", site: site.name, body)
  }

  /// Logs a figure of the regularizer's own: it appears as `LABEL.NAME` in metrics.jsonl, in the live
  /// view and in the report, the mean over an epoch's steps.
  ///
  /// - Parameters:
  ///   - name: what it is, such as `overlap`.
  ///   - value: its value in this step.
  public func log(_ name: String, _ value: Double) { step.figures.add("\(label).\(name)", value) }
}

extension RegularizerContext {
  /// The mean of scalars, such as one for each site; 0 of none.
  public func mean(of scalars: [Tensor]) -> Tensor {
    guard !scalars.isEmpty else { return Tensor(0) }
    let total = scalars.reduce(Float(0)) { $0 + $1.item }
    let factor = 1 / Float(scalars.count)
    return .custom(from: scalars, result: Tensor(total * factor)) { gradient in
      scalars.map { _ in gradient.scaled(by: factor) }
    }
  }

  /// The mean over sites of a scalar; 0 without sites.
  public func mean(overSites value: (SiteContext) -> Tensor) -> Tensor {
    mean(of: sites.map { site in within(site) { value(site) } })
  }

  /// The mean over tokens, [...], of a tensor [tokens, ...].
  ///
  /// All tokens of the batch are there, however it goes through the network.
  public func tokenMean(_ x: Tensor) -> Tensor { x.mean(over: [0]) }

  /// The mean over the examples of a batch, [...], of a tensor [examples, ...].
  ///
  /// All examples of the batch are there, however it goes through the network.
  public func exampleMean(_ x: Tensor) -> Tensor { x.mean(over: [0]) }
}
