import PETL

/// The checks of one adapter at one site.
struct AdapterChecks<Plugin: Adapter> {
  let options: Plugin.Options
  let site: AdaptationSite
  let seed: UInt64
  var findings: [ConformanceFinding] = []

  /// The length of the adapter's input rows.
  private(set) var inputWidth = 0
  let images = 3
  /// As many as the site's grid says.
  private let tokens: Int

  init(options: Plugin.Options, site: AdaptationSite, seed: UInt64) {
    self.options = options
    self.site = site
    self.seed = seed
    tokens = site.grid?.tokens ?? 4
  }

  mutating func run(startsAtRandom: Bool, stopsGradients: Bool) {
    if Plugin.descriptor.name.isEmpty { note("descriptor", "the name is empty") }
    let plugin: Plugin
    let twin: Plugin
    let other: Plugin
    do {
      (plugin, twin, other) = (try make(seed), try make(seed), try make(seed &+ 1))
    } catch {
      return note("construction", "\(error)")
    }
    inputWidth = plugin.inputWidth(at: site)
    checkStart(plugin, twin, other, startsAtRandom: startsAtRandom)
    // Off zero, so that no gradient vanishes by the way an adapter starts.
    move(plugin)
    move(twin)
    guard checkOutput(plugin) else { return }
    checkPasses(plugin, twin)
    checkParts(plugin)
    if !stopsGradients { checkGradients(plugin) }
    checkSaving(plugin, to: other)
    checkReading(plugin)
    checkScaling(plugin)
    checkDecomposition(plugin)
    checkMerging(plugin)
    checkPEFT(plugin)
  }

  mutating func note(_ check: String, _ detail: String) {
    findings.append(ConformanceFinding(check: check, detail: detail))
  }

  func make(_ seed: UInt64) throws -> Plugin {
    let plugin = try Plugin(
      site: site, options: options, generator: RandomGenerator(seed: seed).split("adapter"))
    if let binding = plugin as? any WeightBinding {
      // Whether there is a ΔW is asked before there is a weight.
      if !(plugin is any RowScaling) { _ = noGradient { binding.weightChange() } }
      binding.bind(weight: frozenWeight, bias: frozenBias)
    }
    return plugin
  }

  /// An adapter as training starts with it.
  mutating func begin() throws -> Plugin {
    let plugin = try make(seed)
    inputWidth = plugin.inputWidth(at: site)
    return plugin
  }

  /// The frozen map under the adapter, [out, in].
  var frozenWeight: Tensor {
    random([site.outputWidth, site.inputWidth], "weight").scaled(by: 0.3)
  }

  /// The frozen map's bias, [out].
  var frozenBias: Tensor { random([site.outputWidth], "bias") }

  /// An input, [tokens, in].
  func input(_ name: String = "input") -> Tensor { random([images * tokens, inputWidth], name) }

  private func random(_ shape: [Int], _ name: String) -> Tensor {
    var generator = RandomGenerator(seed: seed).split(name)
    return Tensor(generator.normal(shape.reduce(1, *)), shape: shape)
  }

  /// What the adapter gives: ΔH, or its prompts.
  func output(_ plugin: Plugin, _ x: Tensor, _ pass: ForwardPass) -> Tensor {
    (plugin as? any PromptAdapter)?.prompts(in: pass) ?? plugin.delta(of: x, in: pass)
  }

  func pass(training: Bool = false, seed: UInt64 = 5) -> ForwardPass {
    ForwardPass(isTraining: training, images: images, generator: RandomGenerator(seed: seed))
  }

  /// Moves every parameter, then lets its geometry bring it back to where it lives.
  func move(_ plugin: Plugin) {
    var generator = RandomGenerator(seed: seed).split("moved")
    for parameter in plugin.parameters {
      let step = generator.normal(parameter.value.count, deviation: 0.3)
      parameter.update(to: zip(parameter.value.values, step).map { $0 + $1 })
      parameter.update(to: parameter.geometry.settled(parameter.value))
    }
  }

  private mutating func checkStart(
    _ plugin: Plugin, _ twin: Plugin, _ other: Plugin, startsAtRandom: Bool
  ) {
    let names = plugin.parameters.map(\.name)
    if names.isEmpty { note("parameters", "there are none") }
    if Set(names).count < names.count { note("parameters", "names are not unique: \(names)") }
    if names.contains("") { note("parameters", "a name is empty") }
    if zip(plugin.parameters, plugin.parameters).contains(where: { $0 !== $1 }) {
      note("parameters", "asked twice, there are other objects")
    }
    let start = plugin.parameters.map(\.value.bits)
    if start != twin.parameters.map(\.value.bits) {
      note("determinism", "the same site, options and generator made other initial values")
    }
    if startsAtRandom, start == other.parameters.map(\.value.bits) {
      note("seed", "another generator made the same initial values")
    }
    for parameter in plugin.parameters where !parameter.value.isFinite {
      note("finite", "parameter '\(parameter.name)' starts with a value that is not finite")
    }
    let delta = output(plugin, input(), pass())
    if !delta.isFinite { note("finite", "ΔH is not finite at the initial values") }
    // Prompts are tokens of their own: no network is as it was with them. What is left is rounding.
    if plugin.startsAtNetwork, !(plugin is any PromptAdapter), delta.largest > 1e-4 {
      note(
        "start",
        "ΔH is up to \(delta.largest) before anything is trained: the network does not start as it is "
          + "(say startsAtNetwork = false where the method means to)")
    }
  }

  /// Whether ΔH has the right shape, so that the other checks make sense.
  private mutating func checkOutput(_ plugin: Plugin) -> Bool {
    let rows = (plugin as? any PromptAdapter)?.prompts(in: pass()).shape.first ?? images * tokens
    let expected = [rows, site.outputWidth]
    for training in [false, true] {
      let delta = output(plugin, input(), pass(training: training))
      guard delta.shape == expected else {
        note("shape", "ΔH has shape \(delta.shape) instead of \(expected)")
        return false
      }
      if !delta.isFinite { note("finite", "ΔH is not finite\(training ? " while training" : "")") }
    }
    return true
  }
}
