import PETL
import PETLTesting
import Testing

/// What the documentation of `PETL` shows of a training rule; `DocumentedCodeTests` compares the lines.
final class CentralGradients: TrainingRule {
  let traits: RuleTraits = .needsGradients

  init(options: NoOptions) {}

  func gradientsDidForm(_ gradients: inout RuleGradients, in context: RuleContext) {
    for entry in context.parameters where entry.parameter.value.rank == 2 {
      guard let gradient = gradients[entry.parameter] else { continue }
      gradients[entry.parameter] = gradient - gradient.mean(over: [1], keepingAxes: true)
    }
  }
}

/// What the documentation of `PETL` shows of a loss.
struct Hinge: Loss {
  init(options: NoOptions, classes: ClassCounts) {}

  func losses(of logits: Tensor, labels: [Int]) -> ExampleLosses {
    let (rows, classes, values) = (labels.count, logits.shape[1], logits.values)
    var (losses, slopes) = ([Float](), [Float]())
    for (row, label) in labels.enumerated() {
      let own = values[row * classes + label]
      let rivals = (0..<classes).filter { $0 != label }
      let rival = rivals.max { values[row * classes + $0] < values[row * classes + $1] } ?? label
      let margin = 1 + values[row * classes + rival] - own
      losses.append(max(0, margin))
      slopes += (0..<classes).map { $0 == rival ? 1 : $0 == label ? -1 : 0 }
        .map { margin > 0 ? $0 : 0 }
    }
    let slope = Tensor(slopes, shape: [rows, classes])
    return ExampleLosses(
      values: .custom(from: [logits], result: Tensor(losses)) { gradient in
        [slope * gradient.reshaped([rows, 1])]
      })
  }
}

@Suite("The hooks that the documentation shows") struct DocumentedHookTests {
  @Test func keepTheLaws() {
    #expect(Conformance.check(rule: CentralGradients.self, options: NoOptions()) == [])
    #expect(Conformance.check(loss: Hinge.self, options: NoOptions()) == [])
  }
}
