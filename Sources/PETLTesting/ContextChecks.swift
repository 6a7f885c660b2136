import Foundation
import PETL

/// The checks of one regularizer of any kind.
struct ContextChecks<Plugin: Regularizer> {
  let options: Plugin.Options
  let seed: UInt64
  var findings: [ConformanceFinding] = []

  init(options: Plugin.Options, seed: UInt64) {
    self.options = options
    self.seed = seed
  }

  mutating func run(stopsGradients: Bool) {
    if Plugin.descriptor.name.isEmpty { note("descriptor", "the name is empty") }
    do {
      let plugin = try Plugin(options: options)
      let sample = try NetworkSample(seed: seed)
      if let objection = AdapterSet(sample.entries).objection(of: plugin) {
        return note("objection", "it cannot work on linear adapters of rank 4: \(objection)")
      }
      let value = sample.penalty(of: plugin)
      guard value.count == 1 else {
        return note("shape", "the value has shape \(value.shape) and is not a scalar")
      }
      try checkCorners(plugin)
      try checkOthers(plugin)
      try checkDeterminism(plugin, sample)
      checkOrder(plugin, sample)
      checkParts(plugin, sample)
      if !stopsGradients { try checkGradients(plugin) }
    } catch { note("construction", "\(error)") }
  }

  /// That a batch may go through the network in parts, alone.
  mutating func runParts() {
    do {
      let (plugin, sample) = (try Plugin(options: options), try NetworkSample(seed: seed))
      guard AdapterSet(sample.entries).objection(of: plugin) == nil else { return }
      checkParts(plugin, sample)
    } catch { note("construction", "\(error)") }
  }

  mutating func note(_ check: String, _ detail: String) {
    findings.append(ConformanceFinding(check: check, detail: detail))
  }

  /// When training starts B is zero; later anything may be.
  private mutating func checkCorners(_ plugin: Plugin) throws {
    for (name, suffix, factor) in [
      ("random values", "", Float(1)), ("B = 0, where training starts,", "lora_B", 0),
      ("A = 0", "lora_A", 0), ("A = B = 0", "", 0), ("large values", "", 1e3),
      ("small values", "", 1e-4),
    ] {
      let sample = try NetworkSample(seed: seed)
      for (own, parameter) in sample.parameters where suffix.isEmpty || own.hasSuffix(suffix) {
        parameter.update(to: parameter.value.detached().scaled(by: factor))
      }
      checkFinite(plugin, name, sample)
    }
  }

  /// Either it objects to adapters that do not decompose, with a sentence, or it works on them.
  private mutating func checkOthers(_ plugin: Plugin) throws {
    let sample = try NetworkSample(.bias, seed: seed)
    if let objection = AdapterSet(sample.entries).objection(of: plugin) {
      if objection.isEmpty { note("objection", "the objection to other adapters has no words") }
    } else {
      checkFinite(plugin, "adapters without subspaces, to which there is no objection,", sample)
    }
  }

  private mutating func checkFinite(_ plugin: Plugin, _ name: String, _ sample: NetworkSample) {
    let value = sample.penalty(of: plugin)
    guard value.isFinite else {
      return note("finite", "the value at \(name) is \(value.values)")
    }
    let gradients = value.backward()
    for (own, parameter) in sample.parameters {
      if let gradient = gradients[parameter.value], !gradient.isFinite {
        note("finite", "the gradient of '\(own)' at \(name) is not finite")
      }
    }
  }

  private mutating func checkDeterminism(_ plugin: Plugin, _ sample: NetworkSample) throws {
    func figures(_ plugin: Plugin) -> [[UInt32]] {
      let value = sample.penalty(of: plugin)
      let gradients = value.backward()
      return [value.bits] + sample.parameters.map { gradients[$0.parameter.value]?.bits ?? [] }
    }
    if Plugin.State.self == NoState.self {
      let first = figures(plugin)
      if first != figures(plugin) { note("determinism", "asked twice, value or gradients differ") }
      if first != figures(try Plugin(options: options)) {
        note("determinism", "another instance with the same options gives another value")
      }
      if noGradient({ sample.penalty(of: plugin) }).bits != first[0] {
        note("determinism", "the value differs when no gradients are recorded")
      }
    }
    try checkState(plugin, sample)
  }

  /// What a run goes on from: a fresh instance with the state of one that was used is as good.
  private mutating func checkState(_ plugin: Plugin, _ sample: NetworkSample) throws {
    _ = sample.penalty(of: plugin, batch: 1)
    let twin = try Plugin(options: options)
    // An array, for a state may be a single value, which is no JSON of its own everywhere.
    let stored = try JSONEncoder().encode([plugin.state])
    if let state = try JSONDecoder().decode([Plugin.State].self, from: stored).first {
      twin.restore(state)
    }
    for batch in 2..<4 as Range<UInt64> {
      let (own, other) = (
        sample.penalty(of: plugin, batch: batch), sample.penalty(of: twin, batch: batch)
      )
      if own.bits != other.bits {
        return note("state", "another instance that was given its state gives another value")
      }
    }
  }

  /// The order in which sites are listed carries no meaning.
  private mutating func checkOrder(_ plugin: Plugin, _ sample: NetworkSample) {
    guard Plugin.State.self == NoState.self else { return }
    let value = sample.penalty(of: plugin).item
    for order in [[1, 0, 2], [2, 1, 0]] {
      let other = sample.penalty(of: plugin, order: order).item
      if !(abs(value - other) <= 1e-5 * max(abs(value), 1e-3)) {
        return note(
          "order", "with sites in the order \(order) the value is \(other) instead of \(value)")
      }
    }
  }

  /// A batch that goes through the network in two or three parts has the value and the gradients of the whole.
  private mutating func checkParts(_ plugin: Plugin, _ sample: NetworkSample) {
    guard Plugin.State.self == NoState.self else { return }
    let whole = sample.penalty(of: plugin)
    let gradients = whole.backward()
    for sizes in [[1, 2], [1, 1, 1]] {
      let split = sample.penalty(of: plugin, inPartsOf: sizes)
      let scale = max(abs(whole.item), 1e-3)
      if !(abs(split.value - whole.item) <= 1e-4 * scale) {
        return note(
          "parts",
          "of a batch in parts of \(sizes) images the value is \(split.value) instead of \(whole.item)"
        )
      }
      for (name, parameter) in sample.parameters {
        let own = gradients[parameter.value]?.values ?? [0]
        let other =
          split.gradients[parameter.value]?.values
          ?? [Float](
            repeating: 0, count: own.count)
        let largest = own.map(abs).max() ?? 0
        let difference =
          own.count == other.count
          ? zip(own, other).map { abs($0 - $1) }.max() ?? 0 : other.map(abs).max() ?? 0
        if !(difference <= 1e-3 * max(largest, scale * 1e-3)) {
          return note(
            "parts",
            "of a batch in parts of \(sizes) images the gradient of '\(name)' differs by \(difference) of \(largest)"
          )
        }
      }
    }
  }

  /// Every gradient is that of finite differences; three samples are tried, for a kink may be near
  /// one of them.
  private mutating func checkGradients(_ plugin: Plugin) throws {
    var found: [ConformanceFinding] = []
    for attempt in 0..<3 as Range<UInt64> {
      found = gradientFindings(plugin, try NetworkSample(seed: seed &+ attempt))
      if found.isEmpty { return }
    }
    findings += found
  }

  private func gradientFindings(
    _ plugin: Plugin, _ sample: NetworkSample
  ) -> [ConformanceFinding] {
    var generator = RandomGenerator(seed: seed).split("directions")
    let value = sample.penalty(of: plugin)
    let gradients = value.backward()
    return sample.parameters.compactMap { name, parameter in
      let start = parameter.value.values
      let check = SlopeCheck(
        count: start.count, gradient: gradients[parameter.value],
        scale: max(1e-3, Double(abs(value.item))), generator: &generator
      ) { step in
        parameter.update(to: zip(start, step).map { $0 + $1 })
        return Double(noGradient { sample.penalty(of: plugin) }.item)
      }
      parameter.update(to: start)
      if check.error <= SlopeCheck.tolerance { return nil }
      return ConformanceFinding(
        check: "gradients", detail: "the gradient of '\(name)' is wrong: \(check.description)")
    }
  }
}
