import AdaLoRA
import Losses
import PETL
import PETLTesting
import Rules
import Testing

@Suite("The laws of rules and losses") struct HookConformanceTests {
  @Test(arguments: [false, true]) func ema(_ warmup: Bool) {
    let options = EMAOptions {
      $0.decay = 0.7
      $0.warmup = warmup
    }
    #expect(Conformance.check(rule: EMA.self, options: options) == [])
  }

  @Test(arguments: EarlyStoppingOptions.Figure.allCases)
  func earlyStopping(_ figure: EarlyStoppingOptions.Figure) {
    let options = EarlyStoppingOptions {
      $0.figure = figure
      $0.patience = 2
    }
    #expect(Conformance.check(rule: EarlyStopping.self, options: options) == [])
  }

  @Test func loRAPlus() {
    #expect(Conformance.check(rule: LoRAPlus.self, options: LoRAPlusOptions()) == [])
  }

  @Test func layerDecay() {
    #expect(Conformance.check(rule: LayerDecay.self, options: LayerDecayOptions()) == [])
  }

  @Test(arguments: [0, 3], [1, 2]) func rankAllocator(_ final: Int, _ interval: Int) {
    let options = small(final: final, interval: interval)
    let found = Conformance.check(rule: RankAllocator.self, options: options) { generator in
      AdapterSet(
        try sites.map { site in
          AdapterSet.Entry(
            site: site,
            adapter: try AdaLoRA(
              site: site, options: options, generator: generator.split(site.name)))
        })
    }
    #expect(found == [])
  }

  @Test(arguments: AdaLoRAOptions.Orthogonality.allCases)
  func adaLoRA(_ orthogonality: AdaLoRAOptions.Orthogonality) {
    let options = AdaLoRAOptions {
      $0.initialRank = 4
      $0.targetRank = 2
      $0.orthogonality = orthogonality
      $0.dropout = 0.2
    }
    #expect(Conformance.check(adapter: AdaLoRA.self, options: options) == [])
  }

  @Test func crossEntropy() {
    for smoothing in [0, 0.1] {
      for weights: ClassWeights in [.equal, .balanced, .listed([1, 0, 2, 0.5, 3])] {
        let options = CrossEntropyOptions {
          $0.labelSmoothing = smoothing
          $0.classWeights = weights
        }
        #expect(Conformance.check(loss: CrossEntropy.self, options: options) == [])
      }
    }
  }

  @Test(arguments: [0, 0.5, 2]) func focal(_ gamma: Double) {
    let options = FocalOptions {
      $0.gamma = gamma
      $0.classWeights = .balanced
    }
    #expect(Conformance.check(loss: Focal.self, options: options) == [])
  }

  @Test(arguments: [false, true]) func binary(_ sums: Bool) {
    let options = BinaryOptions {
      $0.labelSmoothing = 0.1
      $0.sumClasses = sums
    }
    #expect(Conformance.check(loss: Binary.self, options: options) == [])
  }

  private let sites = [(12, 10), (6, 8)].enumerated().map { layer, widths in
    AdaptationSite(kind: .query, layer: layer, inputWidth: widths.0, outputWidth: widths.1)
  }

  private func small(final: Int, interval: Int) -> AdaLoRAOptions {
    AdaLoRAOptions {
      $0.initialRank = 4
      $0.targetRank = 2
      $0.initialSteps = 1
      $0.finalSteps = final
      $0.interval = interval
    }
  }
}

/// What the kit is to find.
@Suite("Rules and losses that break the laws") struct BrokenHookTests {
  /// It remembers a count that its state does not hold.
  final class Forgetful: TrainingRule {
    private var steps = 0

    init(options: NoOptions) {}

    func stepDidEnd(in context: RuleContext) {
      steps += 1
      for entry in context.parameters {
        entry.parameter.update(to: entry.parameter.value.scaled(by: 1 - 0.01 * Float(steps)))
      }
    }
  }

  /// It changes gradients and says nothing of it.
  final class Secret: TrainingRule {
    init(options: NoOptions) {}

    func gradientsDidForm(_ gradients: inout RuleGradients, in context: RuleContext) {
      for entry in context.parameters { gradients.scale(entry.parameter, by: 0.5) }
    }
  }

  /// It says that it gives values, and gives none.
  final class Empty: TrainingRule {
    let traits: RuleTraits = .givesEvaluationValues

    init(options: NoOptions) {}
  }

  /// The mean of a batch is in every part.
  struct Mixed: Loss {
    init(options: NoOptions, classes: ClassCounts) {}

    func losses(of logits: Tensor, labels: [Int]) -> ExampleLosses {
      let mean = logits.squared().mean()
      return ExampleLosses(values: mean.broadcast(to: [labels.count]))
    }
  }

  /// An exponential that overflows.
  struct Steep: Loss {
    init(options: NoOptions, classes: ClassCounts) {}

    func losses(of logits: Tensor, labels: [Int]) -> ExampleLosses {
      ExampleLosses(values: logits.exp().sum(over: [1]))
    }
  }

  @Test func rules() {
    let forgetful = Conformance.check(rule: Forgetful.self, options: NoOptions())
    #expect(Set(forgetful.map(\.check)) == ["state"])
    let secret = Conformance.check(rule: Secret.self, options: NoOptions())
    #expect(secret.map(\.check) == ["traits"])
    let empty = Conformance.check(rule: Empty.self, options: NoOptions())
    #expect(empty.map(\.check) == ["traits"])
  }

  @Test func losses() {
    let mixed = Conformance.check(loss: Mixed.self, options: NoOptions())
    #expect(mixed.contains { $0.detail.hasPrefix("the losses of images [1, 3] differ by") })
    let steep = Conformance.check(loss: Steep.self, options: NoOptions())
    #expect(steep.contains { $0.detail.hasPrefix("logits of about 100.0 give the loss") })
  }
}
