import AdaLoRA
import LoRA
import Losses
import PETL
import Rules

/// The rules, losses and adapters of these tests.
let hookPlugins: PluginRegistry = {
  do {
    return try PluginRegistry(
      adapters: [LoRA.self, AdaLoRA.self, Shift.self, Squashed.self],
      regularizers: [Crowding.self],
      rules: [
        EMA.self, EarlyStopping.self, LoRAPlus.self, Watching.self, Halving.self, Starting.self,
      ], losses: [CrossEntropy.self, Focal.self, Binary.self])
  } catch {
    preconditionFailure("\(error)")
  }
}()

/// What rules that only look were shown: one test at a time.
final class Sights {
  nonisolated(unsafe) static var moments: [String] = []
}

/// Writes down when it is called.
final class Watching: TrainingRule {
  init(options: NoOptions) {}

  static let descriptor = PluginDescriptor(name: "watching", summary: "", source: "")

  func prepare(_ start: TrainingStart, in context: RuleContext) {
    unsafe Sights.moments.append("prepare \(start.batches)")
  }

  func gradientsDidForm(_ gradients: inout RuleGradients, in context: RuleContext) {
    unsafe Sights.moments.append("gradients \(context.moment.step)")
  }

  func stepDidEnd(in context: RuleContext) {
    unsafe Sights.moments.append(
      "step \(context.moment.step) of epoch \(context.moment.epoch), "
        + (context.gradients == nil ? "without" : "with") + " gradients")
  }

  func epochDidEnd(_ figures: EpochFigures, in context: RuleContext) {
    unsafe Sights.moments.append("epoch \(context.moment.epoch)")
  }

  func stageDidEnd(in context: RuleContext) {
    unsafe Sights.moments.append("stage \(context.moment.stage)")
  }
}

/// Halves every gradient.
final class Halving: TrainingRule {
  let traits: RuleTraits = .needsGradients

  init(options: NoOptions) {}

  func gradientsDidForm(_ gradients: inout RuleGradients, in context: RuleContext) {
    for entry in context.parameters { gradients.scale(entry.parameter, by: 0.5) }
  }
}

/// Starts A from the first singular directions of its site's inputs, and says what it saw.
final class Starting: TrainingRule {
  let traits: RuleTraits = .needsAdapters
  /// What it saw.
  private(set) var state = ""

  init(options: NoOptions) {}

  func restore(_ state: String, tensors: [String: Tensor]) { self.state = state }

  func prepare(_ start: TrainingStart, in context: RuleContext) throws {
    let inputs = start.inputs(1)
    let gradients = try start.objective(0).gradients()
    let found = context.parameters.count { gradients[$0.parameter] != nil }
    for entry in context.parameters where entry.parameter.name == "lora_A" {
      guard let site = entry.site, let rows = inputs[site.name] else { continue }
      let count = entry.parameter.value.shape[0]
      let svd = DoubleMatrix(rows.sliced(axis: 0, 0..<32)).singularValues()
      let leading = svd.rightTransposed.transposed.columns(0..<count).transposed
      entry.parameter.update(to: leading.tensor)
    }
    state = "saw \(inputs.count) sites, \(found) gradients"
  }

  var note: String? { state.isEmpty ? nil : state }
}
