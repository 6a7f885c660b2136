import Foundation
import PETL

/// The checks of one regularizer.
struct RegularizerChecks<Plugin: RedundancyRegularizer> {
  let options: Plugin.Options
  let seed: UInt64
  var findings: [ConformanceFinding] = []

  init(options: Plugin.Options, seed: UInt64) {
    self.options = options
    self.seed = seed
  }

  mutating func run(stopsGradients: Bool, definition: ((Subspaces) -> Tensor)?) {
    if Plugin.descriptor.name.isEmpty { note("descriptor", "the name is empty") }
    let plugin: Plugin
    do { plugin = try Plugin(options: options) } catch { return note("construction", "\(error)") }
    let sample = SubspaceSample(seed: seed)
    let value = plugin.penalty(on: sample.subspaces)
    guard value.count == 1 else {
      return note("shape", "the value has shape \(value.shape) and is not a scalar")
    }
    checkObjections(plugin)
    for (name, sample) in SubspaceSample.corners(seed: seed) { checkFinite(plugin, name, sample) }
    checkDeterminism(plugin, sample)
    checkOrder(plugin, sample)
    var whole = ContextChecks<Plugin>(options: options, seed: seed)
    whole.runParts()
    findings += whole.findings
    if !stopsGradients { checkGradients(plugin) }
    if let definition { compare(plugin, sample, with: definition) }
  }

  mutating func note(_ check: String, _ detail: String) {
    findings.append(ConformanceFinding(check: check, detail: detail))
  }

  /// Either it objects, with a sentence, or it works.
  private mutating func checkObjections(_ plugin: Plugin) {
    let single = SubspaceSample(rank: 1, seed: seed)
    if let objection = plugin.objection(to: SubspaceTraits(count: 1, hasDirections: true)) {
      if objection.isEmpty { note("objection", "the objection to rank 1 has no words") }
    } else {
      checkFinite(plugin, "rank 1, to which there is no objection,", single)
    }
    if let objection = plugin.objection(to: SubspaceTraits(count: 4, hasDirections: false)) {
      if objection.isEmpty { note("objection", "the objection to nonlinear adapters has no words") }
    } else {
      var sample = SubspaceSample(seed: seed)
      sample.hasDirections = false
      checkFinite(plugin, "subspaces without directions, to which there is no objection,", sample)
    }
  }

  private mutating func checkFinite(_ plugin: Plugin, _ name: String, _ sample: SubspaceSample) {
    let value = plugin.penalty(on: sample.subspaces)
    guard value.isFinite else {
      return note("finite", "the value at \(name) is \(value.values)")
    }
    let gradients = value.backward()
    for (variable, leaf) in sample.variables {
      if let gradient = gradients[leaf], !gradient.isFinite {
        note("finite", "the gradient of \(variable) at \(name) is not finite")
      }
    }
  }

  private mutating func checkDeterminism(_ plugin: Plugin, _ sample: SubspaceSample) {
    func figures() -> [[UInt32]] {
      let value = plugin.penalty(on: sample.subspaces)
      let gradients = value.backward()
      return [value.bits] + sample.variables.map { gradients[$0.leaf]?.bits ?? [] }
    }
    let stream = RandomGenerator(seed: 11)
    let drawn = plugin.penalty(on: sample.subspaces, stream: stream).bits
    if drawn != plugin.penalty(on: sample.subspaces, stream: stream).bits {
      note("determinism", "asked twice with the same stream, the value differs")
    }
    let first = figures()
    if first != figures() { note("determinism", "asked twice, value or gradients differ") }
    if let twin = try? Plugin(options: options),
      twin.penalty(on: sample.subspaces).bits != first[0]
    {
      note("determinism", "another instance with the same options gives another value")
    }
    if noGradient({ plugin.penalty(on: sample.subspaces) }).bits != first[0] {
      note("determinism", "the value differs when no gradients are recorded")
    }
    checkState(plugin)
  }

  /// What a run goes on from: a fresh instance with the state of one that was used is as good.
  private mutating func checkState(_ plugin: Plugin) {
    do {
      let twin = try Plugin(options: options)
      // An array, for a state may be a single value, which is no JSON of its own everywhere.
      let stored = try JSONEncoder().encode([plugin.state])
      if let state = try JSONDecoder().decode([Plugin.State].self, from: stored).first {
        twin.restore(state)
      }
      let other = SubspaceSample(seed: seed &+ 1)
      if twin.penalty(on: other.subspaces).bits != plugin.penalty(on: other.subspaces).bits {
        note("state", "another instance that was given its state gives another value")
      }
    } catch {
      note("state", "cannot be stored: \(error)")
    }
  }

  /// The order of subspaces carries no meaning.
  private mutating func checkOrder(_ plugin: Plugin, _ sample: SubspaceSample) {
    let value = plugin.penalty(on: sample.subspaces).item
    for order in [[1, 0, 2, 3], [3, 1, 0, 2]] {
      let other = plugin.penalty(on: sample.permuted(order).subspaces).item
      if !(abs(value - other) <= 1e-5 * max(abs(value), 1e-3)) {
        return note("order", "in the order \(order) the value is \(other) instead of \(value)")
      }
    }
  }
}
