import PETL
import PETLTesting
import Testing

@testable import LoRA

/// The rules that LoRA brings along: EVA's start, and LoRA-FA's gradients.
struct LoRARuleTests {
  private let site = AdaptationSite(kind: .query, layer: 0, inputWidth: 6, outputWidth: 5)

  private func entry(_ change: (inout LoRAOptions) -> Void) throws -> (LoRA, AdapterSet.Entry) {
    let options = LoRAOptions(change)
    let adapter = try LoRA(site: site, options: options, generator: RandomGenerator(seed: 1))
    return (adapter, AdapterSet.Entry(site: site, adapter: adapter))
  }

  private func context(_ entry: AdapterSet.Entry) -> RuleContext {
    RuleContext(
      parameters: [], adapters: AdapterSet([entry]),
      moment: TrainingMoment(step: 0, stepsPerEpoch: 1, epochs: 1))
  }

  @Test func aPlainLoRABringsNone() throws {
    let (_, entry) = try entry { $0.rank = 3 }
    #expect(try LoRA.rules(for: [entry]).isEmpty)
  }

  /// The components of batches with other means are those of all rows.
  @Test func evaStartsAtThePrincipalComponents() throws {
    let (adapter, entry) = try entry { ($0.rank, $0.start) = (3, .eva) }
    var generator = RandomGenerator(seed: 4)
    let scales = Tensor([3, 0.1, 2, 0.2, 1, 0.3])
    let batches = (0..<3).map { number in
      Tensor(generator.normal(240, mean: Float(number)), shape: [40, 6]) * scales
    }
    let start = TrainingStart(batches: 3, objective: { _ in fatalNoObjective() }) { number in
      [site.name: batches[number]]
    }
    let rule = try #require(LoRA.rules(for: [entry]).first as? PrincipalStart)
    try rule.prepare(start, in: context(entry))
    let all = Tensor.concatenated(batches, axis: 0)
    let centered = all - all.mean(over: [0], keepingAxes: true)
    let expected = DoubleMatrix(centered).singularValues().rightTransposed
    let found = DoubleMatrix(adapter.down.value)
    let cosines = found.times(expected, transposingOther: true)
    for row in 0..<3 { #expect(abs(abs(cosines[row, row]) - 1) < 1e-4) }
    #expect(adapter.up.value.values.allSatisfy { $0 == 0 })
  }

  @Test func evaLeavesATrainedAdapterAlone() throws {
    let (adapter, entry) = try entry { ($0.rank, $0.start) = (3, .eva) }
    adapter.up.update(to: Tensor.ones([3, 5]))
    let before = adapter.down.value.values
    let start = TrainingStart(batches: 1, objective: { _ in fatalNoObjective() }) { _ in
      [site.name: Tensor.ones([4, 6])]
    }
    try PrincipalStart(options: adapter.options).prepare(start, in: context(entry))
    #expect(adapter.down.value.values == before)
  }

  /// s² (A Aᵀ) g' = g, up to PEFT's 10⁻⁸.
  @Test func loRAFAProjectsGradients() throws {
    let (adapter, entry) = try entry {
      ($0.rank, $0.alpha, $0.frozenA) = (3, 6, .projected)
    }
    #expect(adapter.parameters.filter(\.isTrained).map(\.name) == ["lora_B"])
    #expect(adapter.factorParameters == nil)
    let x = Tensor.ones([4, 6])
    let pass = ForwardPass(isTraining: false, images: 1, generator: RandomGenerator(seed: 0))
    var gradients = RuleGradients(adapter.delta(of: x, in: pass).squared().sum().backward())
    adapter.up.update(to: Tensor.ones([3, 5]))
    gradients = RuleGradients(adapter.delta(of: x, in: pass).squared().sum().backward())
    let before = try #require(gradients[adapter.up])
    let rule = try #require(LoRA.rules(for: [entry]).first as? ProjectedGradients)
    rule.gradientsDidForm(&gradients, in: context(entry))
    let after = try #require(gradients[adapter.up])
    let a = adapter.down.value.detached()
    let back = a.matmul(a, transposingOther: true).matmul(after).scaled(by: 4)
    for (found, expected) in zip(back.values, before.values) {
      #expect(abs(found - expected) < 1e-3 * max(1, abs(expected)))
    }
  }
}

private func fatalNoObjective() -> any StepObjective { stopProgram("No loss is asked for.") }
