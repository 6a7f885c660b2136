import Foundation
import PETL

/// The checks of one training rule, on adapters that plain gradient descent trains.
struct RuleChecks<Plugin: TrainingRule> {
  let options: Plugin.Options
  let seed: UInt64
  let makeAdapters: (RandomGenerator) throws -> AdapterSet
  var findings: [ConformanceFinding] = []

  init(
    options: Plugin.Options, seed: UInt64,
    adapters: @escaping (RandomGenerator) throws -> AdapterSet
  ) {
    (self.options, self.seed, makeAdapters) = (options, seed, adapters)
  }

  mutating func run() {
    if Plugin.descriptor.name.isEmpty { note("descriptor", "the name is empty") }
    do {
      try checkSetting()
      try checkDeterminism()
      for steps in [1, 4, 8] { try checkState(after: steps) }
    } catch {
      note("steps", "\(error)")
    }
  }

  private mutating func note(_ check: String, _ detail: String) {
    findings.append(ConformanceFinding(check: check, detail: detail))
  }

  private func problem() throws -> RuleProblem {
    RuleProblem(try makeAdapters(RandomGenerator(seed: seed)), seed: seed)
  }

  private func trained(_ steps: Int) throws -> (problem: RuleProblem, rule: Plugin) {
    let problem = try problem()
    let rule = try Plugin(options: options)
    problem.apply(rule)
    try rule.prepare(problem.start, in: problem.context())
    for _ in 0..<steps { problem.takeStep(rule) }
    return (problem, rule)
  }

  private mutating func checkSetting() throws {
    let adapters = try makeAdapters(RandomGenerator(seed: seed))
    let rule = try Plugin(options: options)
    if let objection = rule.objection(to: RuleSetting(adapters: adapters, adapterName: "plain")) {
      note("objection", "it does not take the adapters that it is checked with: \(objection)")
    }
  }

  private mutating func checkDeterminism() throws {
    let steps = RuleProblem.epochs * RuleProblem.stepsPerEpoch
    let ((first, rule), (second, _)) = try (trained(steps), trained(steps))
    for (name, values) in first.bits where second.bits[name] != values {
      note("determinism", "made twice, the rule leaves '\(name)' otherwise")
    }
    for (name, parameter) in first.named where !parameter.value.isFinite {
      note("values", "it leaves values of '\(name)' that are not finite")
    }
    for (name, value) in first.logged where !value.isFinite {
      note("values", "it logs \(value) as '\(name)'")
    }
    if first.changedGradients, !rule.traits.contains(.needsGradients) {
      note("traits", "it changes gradients, and its traits do not say that it needs them")
    }
    checkEvaluationValues(first, rule)
    noGradient { rule.stageDidEnd(in: first.context()) }
    for (name, parameter) in first.named where !parameter.value.isFinite {
      note("values", "the end of a stage leaves values of '\(name)' that are not finite")
    }
  }

  private mutating func checkEvaluationValues(_ problem: RuleProblem, _ rule: Plugin) {
    let before = problem.bits
    let values = noGradient { rule.evaluationValues(in: problem.context()) }
    if problem.bits != before { note("evaluation", "asking for its values changes parameters") }
    if (values != nil) != rule.traits.contains(.givesEvaluationValues) {
      note(
        "traits",
        values == nil
          ? "its traits say that it gives values to be measured, and it gives none"
          : "it gives values to be measured, and its traits do not say so")
    }
    for (name, value) in values ?? [:] {
      let shape = problem.named.first { $0.name == name }?.parameter.value.shape
      if shape != value.shape { note("evaluation", "its '\(name)' has shape \(value.shape)") }
      if !value.isFinite { note("evaluation", "its '\(name)' is not finite") }
    }
  }

  /// What a run goes on from: another instance with the state of one that was used is as good.
  private mutating func checkState(after steps: Int) throws {
    let (problem, used) = try trained(steps)
    let twin = try self.problem()
    twin.follow(problem)
    let other = try Plugin(options: options)
    twin.apply(other)
    let text = try JSONEncoder().encode([used.state])
    let state = try JSONDecoder().decode([Plugin.State].self, from: text)[0]
    try other.restore(state, tensors: used.tensors.mapValues { $0.copied() })
    for _ in steps..<RuleProblem.epochs * RuleProblem.stepsPerEpoch {
      problem.takeStep(used)
      twin.takeStep(other)
    }
    for (name, values) in problem.bits where twin.bits[name] != values {
      note("state", "another instance that was given its state leaves '\(name)' otherwise")
    }
    let values = [(problem, used), (twin, other)].map { problem, rule in
      noGradient { rule.evaluationValues(in: problem.context()) }?.mapValues(\.bits)
    }
    if values[0] != values[1] {
      note("state", "another instance that was given its state gives other values to be measured")
    }
  }
}

extension Conformance {
  /// Checks a training rule.
  ///
  /// Twelve steps of four epochs train two low-rank adapters, or those that are given, and a matrix.
  ///
  /// - Parameters:
  ///   - type: the rule.
  ///   - options: with which it is made; call once for each variant worth checking.
  ///   - adapters: what it works on, from a generator; two low-rank adapters when nil.
  ///   - seed: of everything random here.
  /// - Returns: what is wrong.
  public static func check<Plugin: TrainingRule>(
    rule type: Plugin.Type, options: Plugin.Options,
    adapters: ((RandomGenerator) throws -> AdapterSet)? = nil, seed: UInt64 = 1
  ) -> [ConformanceFinding] {
    let sites = [(12, 10), (6, 8)].enumerated().map { layer, widths in
      AdaptationSite(kind: .query, layer: layer, inputWidth: widths.0, outputWidth: widths.1)
    }
    var checks = RuleChecks<Plugin>(options: options, seed: seed) { generator in
      if let adapters { return try adapters(generator) }
      return AdapterSet(
        sites.map { site in
          AdapterSet.Entry(
            site: site,
            adapter: PlainLowRank(
              site: site, options: NoOptions(), generator: generator.split(site.name)))
        })
    }
    PluginCall.within("rule '\(Plugin.descriptor.name)'") { checks.run() }
    return checks.findings + optionFindings(of: options)
  }
}
