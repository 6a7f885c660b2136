import PETL

/// The checks of one optimizer, on a quadratic whose minimum is known.
struct OptimizerChecks<Plugin: Optimizer> {
  let options: Plugin.Options
  let seed: UInt64
  let rate: Double
  var findings: [ConformanceFinding] = []

  init(options: Plugin.Options, seed: UInt64, rate: Double) {
    (self.options, self.seed, self.rate) = (options, seed, rate)
  }

  mutating func run() {
    if Plugin.descriptor.name.isEmpty { note("descriptor", "the name is empty") }
    do {
      try checkDeterminism()
      try checkState()
      try checkProgress()
      try checkGroups()
      if !Plugin.traits.contains(.takesLossesOnly) {
        try checkIdleParameters()
      }
      if !Plugin.traits.contains(.wantsFreeParameters) { try checkGeometry() }
    } catch {
      note("steps", "\(error)")
    }
  }

  mutating func note(_ check: String, _ detail: String) {
    findings.append(ConformanceFinding(check: check, detail: detail))
  }

  /// A rule for the parameters of a problem.
  func rule(_ problem: OptimizerProblem, seed: UInt64? = nil) throws -> Plugin {
    try Plugin(
      options: options, parameters: problem.trained,
      generator: RandomGenerator(seed: seed ?? self.seed))
  }

  /// A problem after some steps, and the rule that took them.
  private func trained(_ steps: Int) throws -> (problem: OptimizerProblem, rule: Plugin) {
    let problem = OptimizerProblem(seed: seed)
    let rule = try rule(problem)
    try rule.prepare(problem.objective)
    for _ in 0..<steps { try rule.step(problem.objective, rate: rate) }
    return (problem, rule)
  }

  private mutating func checkDeterminism() throws {
    let (first, second) = try (trained(5).problem, trained(5).problem)
    for (name, values) in first.bits where second.bits[name] != values {
      note("determinism", "made twice, the rule moves '\(name)' otherwise")
    }
  }

  /// What a run goes on from: another instance with the state of one that was used is as good.
  private mutating func checkState() throws {
    let (problem, used) = try trained(3)
    let twin = problem.copied()
    let other = try rule(twin)
    let stored = used.state.copied()
    try other.restore(stored)
    for _ in 0..<4 {
      try used.step(problem.objective, rate: rate)
      try other.step(twin.objective, rate: rate)
    }
    for (name, values) in problem.bits where twin.bits[name] != values {
      note("state", "another instance that was given its state moves '\(name)' otherwise")
    }
    if stored.isEmpty { return }
    do {
      try rule(OptimizerProblem(seed: seed)).restore(OptimizerState())
      note("state", "a state without anything in it is taken for one of its own")
    } catch is DiagnosticError {
    } catch {
      note("state", "a state without anything in it is refused by \(error)")
    }
  }

  /// A small rate lowers the loss, and asks for nothing but what the traits say.
  private mutating func checkProgress() throws {
    let (problem, rule) = try trained(0)
    let start = problem.objective.loss()
    let counting = CountingObjective(problem.objective)
    for _ in 0..<50 { try rule.step(counting, rate: rate) }
    let end = problem.objective.loss()
    if !(end < start) { note("progress", "50 steps take the loss from \(start) to \(end)") }
    if counting.gradientCount > 0, Plugin.traits.contains(.takesLossesOnly) {
      note("traits", "it asks for gradients, though its traits say that it takes losses only")
    }
    if counting.gradientCount == 0, !Plugin.traits.contains(.takesLossesOnly) {
      note("traits", "it asks for no gradients, and its traits do not say so")
    }
    if counting.gradientCount == 0, rule.estimatedNorm == nil {
      note("traits", "it asks for no gradients and estimates no norm to be logged")
    }
  }

  /// A parameter whose rate a training rule made zero is where a rate of zero for all leaves it.
  private mutating func checkGroups() throws {
    guard Plugin.traits.takesGroups else { return }
    func vector(_ factor: Double, _ rate: Double) throws -> Tensor {
      let problem = OptimizerProblem(seed: seed)
      let rule = try rule(problem)
      let own = problem.trained.named.filter { $0.name == "vector" }.map(\.parameter)
      ParameterGroup(own, rate: factor).apply()
      try rule.prepare(problem.objective)
      for _ in 0..<3 { try rule.step(problem.objective, rate: rate) }
      return own[0].value
    }
    // Rules that ask for losses move values there and back.
    let distance = try vector(0, rate).distance(to: vector(1, 0))
    if !(distance <= 1e-5) {
      note("geometry", "a parameter with a rate of 0 is moved: Parameter.move is not used")
    }
  }

  /// What the loss does not depend on stays, bit for bit, decay or not.
  private mutating func checkIdleParameters() throws {
    let problem = OptimizerProblem(seed: seed)
    let idle = Parameter("idle", Tensor([1, -2, 3], shape: [3]))
    let parameters = TrainedParameters(
      problem.trained.named + [("idle", idle)], factors: problem.trained.factors)
    let rule = try Plugin(
      options: options, parameters: parameters, generator: RandomGenerator(seed: seed))
    try rule.prepare(problem.objective)
    for _ in 0..<3 { try rule.step(problem.objective, rate: rate) }
    if idle.value.values != [1, -2, 3] {
      note("idle", "a parameter that has no gradient is moved to \(idle.value.values)")
    }
  }
}

extension OptimizerState {
  /// Whether nothing is remembered.
  fileprivate var isEmpty: Bool { counts.isEmpty && tensors.isEmpty && matrices.isEmpty }

  /// The same with memory of its own, as a file would hold it.
  fileprivate func copied() -> OptimizerState {
    var copy = self
    copy.tensors = tensors.mapValues { Tensor($0.values, shape: $0.shape) }
    return copy
  }
}
