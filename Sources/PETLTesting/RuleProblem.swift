import PETL

/// Adapters and a matrix that plain gradient descent trains while a rule looks on: a stage as the trainer
/// has it, in small.
final class RuleProblem {
  static let (epochs, stepsPerEpoch) = (4, 3)
  let adapters: AdapterSet
  private let head: Parameter
  private let seed: UInt64
  private let inputs: [(x: Tensor, y: Tensor)]
  private(set) var step = 0
  /// Whether a rule changed a gradient.
  private(set) var changedGradients = false
  /// What a rule logged.
  private(set) var logged: [(String, Double)] = []

  init(_ adapters: AdapterSet, seed: UInt64) {
    (self.adapters, self.seed) = (adapters, seed)
    var stream = RandomGenerator(seed: seed).split("problem")
    head = Parameter("weight", Tensor(stream.normal(12), shape: [3, 4]))
    inputs = adapters.entries.map { entry in
      let (width, output) = (entry.adapter.inputWidth(at: entry.site), entry.site.outputWidth)
      return (
        Tensor(stream.normal(6 * width), shape: [6, width]),
        Tensor(stream.normal(6 * output), shape: [6, output])
      )
    }
  }

  /// Gives the parameters the factors of a rule's groups.
  func apply(_ rule: any TrainingRule) {
    let parameters = RuleContext.parameters(named, of: adapters)
    for group in rule.groups(of: parameters, adapters) { group.apply() }
  }

  /// The same with the parameters' values and the steps of another.
  func follow(_ other: RuleProblem) {
    for (own, others) in zip(named, other.named) {
      own.parameter.update(to: others.parameter.value)
    }
    step = other.step
  }

  var named: [(name: String, parameter: Parameter)] {
    adapters.parameters + [("head.weight", head)]
  }

  /// The bits of every parameter by name.
  var bits: [String: [UInt32]] {
    Dictionary(named.map { ($0.name, $0.parameter.value.bits) }) { first, _ in first }
  }

  func context(_ gradients: StepGradients? = nil) -> RuleContext {
    RuleContext(
      parameters: RuleContext.parameters(named, of: adapters), adapters: adapters,
      moment: TrainingMoment(
        step: min(step, Self.epochs * Self.stepsPerEpoch - 1), stepsPerEpoch: Self.stepsPerEpoch,
        epochs: Self.epochs),
      generator: RandomGenerator(seed: seed).split("rule", step), gradients: gradients,
      log: { [self] in logged.append(($0, $1)) })
  }

  private func loss() -> Tensor {
    let pass = ForwardPass(isTraining: true, images: 2, generator: RandomGenerator(seed: seed))
    let parts = zip(adapters.entries, inputs).map { entry, data in
      (entry.adapter.delta(of: data.x, in: pass) - data.y).squared().mean()
    }
    return parts.reduce((head.value - 1).squared().mean()) { $0 + $1 }
  }

  /// The first batches.
  var start: TrainingStart {
    TrainingStart(
      batches: Self.stepsPerEpoch, objective: { [self] _ in LossObjective { self.loss() } },
      inputs: { [self] _ in
        Dictionary(zip(adapters.entries, inputs).map { ($0.site.name, $1.x) }) { first, _ in first }
      })
  }

  /// Takes a step, and what follows it.
  func takeStep(_ rule: any TrainingRule) {
    var gradients = RuleGradients(loss().backward())
    let before = named.map { gradients[$0.parameter]?.bits }
    rule.gradientsDidForm(&gradients, in: context())
    if zip(named, before).contains(where: { gradients[$0.parameter]?.bits != $1 }) {
      changedGradients = true
    }
    let found = StepGradients(gradients.gradients)
    noGradient {
      for (_, parameter) in named {
        guard let gradient = found[parameter] else { continue }
        parameter.move(gradient, rate: 0.005) { value, slope, rate, _ in
          value - slope.scaled(by: Float(rate))
        }
      }
      rule.stepDidEnd(in: context(found))
      if (step + 1).isMultiple(of: Self.stepsPerEpoch) {
        let value = Double(loss().item)
        let figures = EpochFigures.Measured(examples: 6, accuracy: 1 / (1 + value), loss: value)
        rule.epochDidEnd(EpochFigures(taskLoss: value, validation: figures), in: context())
      }
    }
    step += 1
  }
}

/// A low-rank adapter for rules that need one.
final class PlainLowRank: SubspaceDecomposable {
  let parameters: [Parameter]

  init(site: AdaptationSite, options: NoOptions, generator: RandomGenerator) {
    var stream = generator
    parameters = [
      Parameter("lora_A", Tensor(stream.normal(3 * site.inputWidth), shape: [3, site.inputWidth])),
      Parameter("lora_B", .zeros([3, site.outputWidth])),
    ]
  }

  func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    Subspaces(
      coefficients: x.projected(onto: parameters[0].value), basis: parameters[1].value,
      directions: parameters[0].value, images: pass.images)
  }

  var factorParameters: (directions: Parameter, basis: Parameter)? {
    (parameters[0], parameters[1])
  }
}
