import Optimization
import PETL
import Rules
import TestSupport
import Testing

@testable import AdaLoRA

/// What `Tests/Fixtures/make_rules.py` wrote: PyTorch's parameter groups and averaged model, and PEFT's
/// AdaLoRA.
private struct GoldenRules: Decodable, Sendable {
  struct LoRAPlus: Decodable, Sendable {
    struct Step: Decodable, Sendable {
      let gradients: [String: FixtureTensor]
      let values: [String: FixtureTensor]
    }

    let ratio: Double
    let start: [String: FixtureTensor]
    let steps: [Step]
  }

  struct EMA: Decodable, Sendable {
    let decay: Double
    let values: [FixtureTensor]
    let mean: FixtureTensor
  }

  struct AdaLoRA: Decodable, Sendable {
    struct Step: Decodable, Sendable {
      let gradients: [String: FixtureTensor]
      let diagonals: [String: FixtureTensor]
    }

    let tinit: Int
    let tfinal: Int
    let delta: Int
    let rate: Double
    let start: [String: FixtureTensor]
    let orthogonality: Float
    let slopes: [String: FixtureTensor]
    let deltas: [String: FixtureTensor]
    let steps: [Step]
  }

  let loraPlus: LoRAPlus
  let ema: EMA
  let adalora: [AdaLoRA]

  static let all = requiredFixture("rules.json", as: GoldenRules.self)
}

/// A low-rank adapter with the values of a fixture.
private final class Factors: SubspaceDecomposable {
  let parameters: [Parameter]

  init(site: AdaptationSite, options: NoOptions, generator: RandomGenerator) {
    parameters = [
      Parameter("a", .zeros([2, site.inputWidth])), Parameter("b", .zeros([2, site.outputWidth])),
    ]
  }

  func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    Subspaces(
      coefficients: x.projected(onto: parameters[0].value), basis: parameters[1].value, images: 1)
  }

  var factorParameters: (directions: Parameter, basis: Parameter)? {
    (parameters[0], parameters[1])
  }
}

private func distance(_ found: Tensor, _ expected: FixtureTensor) -> Float {
  zip(found.values, expected.values).map { abs($0 - $1) }.max() ?? .nan
}

/// A scalar whose gradients are those of a fixture.
private func loss(
  _ parameters: [(name: String, parameter: Parameter)], _ gradients: [String: FixtureTensor]
) throws -> Tensor {
  try parameters.reduce(Tensor(0)) { sum, entry in
    sum + (entry.parameter.value * (try #require(gradients[entry.name]).tensor)).sum()
  }
}

@Suite("Golden values of the rules") struct GoldenRuleTests {
  @Test("LoRA+ with AdamW is PyTorch's two parameter groups") func loRAPlus() throws {
    let golden = GoldenRules.all.loraPlus
    let site = AdaptationSite(kind: .query, layer: 0, inputWidth: 6, outputWidth: 5)
    let adapter = Factors(
      site: site, options: NoOptions(), generator: RandomGenerator(seed: 0))
    let head = Parameter("head", .zeros([3, 4]))
    let named = (adapter.parameters + [head]).map { ($0.name, $0) }
    for (name, parameter) in named {
      parameter.update(to: try #require(golden.start[name]).tensor)
    }
    let adapters = AdapterSet([AdapterSet.Entry(site: site, adapter: adapter)])
    let rule = LoRAPlus(options: LoRAPlusOptions { $0.ratio = golden.ratio })
    let groups = rule.groups(
      of: RuleContext.parameters(named, of: adapters), adapters)
    for group in groups { group.apply() }
    let optimizer = AdamW(
      options: AdamWOptions { $0.weightDecay = 0.1 }, parameters: TrainedParameters(named))
    for (number, step) in golden.steps.enumerated() {
      let value = try loss(named, step.gradients)
      try optimizer.step(FoundGradients(StepGradients(value.backward())) { 0 }, rate: 1e-2)
      for (name, parameter) in named {
        let error = distance(parameter.value, try #require(step.values[name]))
        #expect(error < 2e-6, "step \(number), \(name)")
      }
    }
  }

  @Test("EMA is PyTorch's averaged model") func ema() throws {
    let golden = GoldenRules.all.ema
    let parameter = Parameter("weight", golden.values[0].tensor)
    let rule = EMA(options: EMAOptions { $0.decay = golden.decay })
    let parameters = [RuleParameter(name: "weight", parameter: parameter)]
    for (step, value) in golden.values.dropFirst().enumerated() {
      let context = RuleContext(
        parameters: parameters,
        moment: TrainingMoment(step: step, stepsPerEpoch: 5, epochs: 1))
      if step == 0 { rule.prepare(Self.noStart, in: context) }
      parameter.update(to: value.tensor)
      noGradient { rule.stepDidEnd(in: context) }
    }
    let context = RuleContext(
      parameters: parameters, moment: TrainingMoment(step: 4, stepsPerEpoch: 5, epochs: 1))
    let found = try #require(rule.evaluationValues(in: context)?["weight"])
    #expect(distance(found, golden.mean) < 1e-6)
  }

  private static var noStart: TrainingStart {
    TrainingStart(
      batches: 1, objective: { _ in LossObjective { Tensor(0) } }, inputs: { _ in [:] })
  }

  @Test("AdaLoRA shares out ranks as PEFT's allocator does", arguments: 0..<3)
  func adaLoRA(_ index: Int) throws {
    let golden = GoldenRules.all.adalora[index]
    let options = AdaLoRAOptions {
      ($0.initialRank, $0.targetRank) = (4, 2)
      ($0.initialSteps, $0.finalSteps, $0.interval) = (golden.tinit, golden.tfinal, golden.delta)
      $0.beta2 = 0.7
    }
    let adapters = AdapterSet(
      try [(9, 7), (6, 11), (8, 8)].enumerated().map { layer, widths in
        let site = AdaptationSite(
          kind: .query, layer: layer, inputWidth: widths.0, outputWidth: widths.1)
        return AdapterSet.Entry(
          site: site,
          adapter: try AdaLoRA(site: site, options: options, generator: RandomGenerator(seed: 0)))
      })
    func goldenName(_ name: String) -> String {
      name.replacing("blocks.", with: "map").replacing(".query", with: "")
    }
    let named = adapters.parameters.map { (goldenName($0.name), $0.parameter) }
    for (name, parameter) in named {
      parameter.update(to: try #require(golden.start[name]).tensor)
    }
    let own = adapters.entries.compactMap { $0.adapter as? AdaLoRA }
    let term = Orthogonality.value(of: own, .norm).scaled(by: 0.5)
    #expect(abs(term.item - golden.orthogonality) < 1e-5 * golden.orthogonality)
    let slopes = term.backward()
    for (name, parameter) in named {
      guard let expected = golden.slopes[name] else {
        #expect(slopes[parameter.value] == nil, "\(name)")
        continue
      }
      #expect(distance(try #require(slopes[parameter.value]), expected) < 1e-5, "\(name)")
    }
    for (number, adapter) in own.enumerated() {
      let delta = try #require(adapter.mergedDelta())
      #expect(distance(delta, try #require(golden.deltas["map\(number)"])) < 2e-5)
    }
    try train(golden, adapters, named, RankAllocator(options: options))
  }

  private func train(
    _ golden: GoldenRules.AdaLoRA, _ adapters: AdapterSet,
    _ named: [(name: String, parameter: Parameter)], _ rule: RankAllocator
  ) throws {
    let parameters = RuleContext.parameters(adapters.parameters, of: adapters)
    for (number, step) in golden.steps.enumerated() {
      let gradients = StepGradients(try loss(named, step.gradients).backward())
      noGradient {
        for (_, parameter) in named {
          guard let gradient = gradients[parameter] else { continue }
          parameter.update(
            to: parameter.value.detached() - gradient.scaled(by: Float(golden.rate)))
        }
        rule.stepDidEnd(
          in: RuleContext(
            parameters: parameters, adapters: adapters,
            moment: TrainingMoment(step: number, stepsPerEpoch: golden.steps.count, epochs: 1),
            gradients: gradients))
      }
      for (name, parameter) in named {
        guard let expected = step.diagonals[name] else { continue }
        let zeros = parameter.value.values.map { $0 == 0 }
        #expect(zeros == expected.values.map { $0 == 0 }, "step \(number), \(name)")
        #expect(distance(parameter.value, expected) < 1e-5, "step \(number), \(name)")
      }
    }
    let left = rule.state.pattern.values.flatMap { $0 }.count { $0 }
    #expect(left == 6)
  }
}
