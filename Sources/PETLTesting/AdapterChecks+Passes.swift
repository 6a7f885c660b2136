import PETL

extension AdapterChecks {
  /// ΔH depends on nothing but the input, the parameters and the pass; dropout is for training.
  mutating func checkPasses(_ plugin: Plugin, _ twin: Plugin) {
    let x = input()
    let first = output(plugin, x, pass()).bits
    if first != output(twin, x, pass()).bits {
      note("determinism", "two adapters with the same parameters give another ΔH")
    }
    _ = output(plugin, input("another"), pass(training: true))
    if first != output(plugin, x, pass()).bits {
      note("determinism", "ΔH of the same input changed after another input")
    }
    if first != output(plugin, x, pass(seed: 6)).bits {
      note("dropout", "ΔH is random although the pass is not training")
    }
    let trained = output(plugin, x, pass(training: true)).bits
    if trained != output(plugin, x, pass(training: true)).bits {
      note("determinism", "ΔH differs between two training passes with the same generator")
    }
    if first != noGradient({ output(plugin, x, pass()) }).bits {
      note("determinism", "ΔH differs when no gradients are recorded")
    }
  }

  /// ΔH of an image, its dropout included, depends on no other image: a batch that goes through the network in two or
  /// three parts gives the same.
  mutating func checkParts(_ plugin: Plugin) {
    let x = input()
    let whole = output(plugin, x, pass(training: true))
    let isPrompt = plugin is any PromptAdapter
    for sizes in [[1, 2], [2, 1], [1, 1, 1]] {
      var first = 0
      let parts = sizes.map { count in
        let pass = ForwardPass(
          isTraining: true, images: count, generator: RandomGenerator(seed: 5),
          recordsSubspaces: true, recordsInputs: false, recomputesBlocks: false,
          place: BatchPlace(first: first, of: images))
        let tokens = x.shape[0] / images
        let rows = x.sliced(axis: 0, first * tokens..<(first + count) * tokens)
        first += count
        return output(plugin, rows, pass)
      }
      let other = isPrompt ? parts[0] : Tensor.concatenated(parts, axis: 0)
      let distance = whole.distance(to: other)
      if !(distance <= 1e-5) {
        return note(
          "parts",
          "a batch of \(images) images that goes through the network in parts of \(sizes) gives another ΔH, by \(distance): "
            + "an image's ΔH may not depend on others, and what is dropped is dropped by pass.dropout of tokens, "
            + "pass.weightDropout of what all images share")
      }
    }
  }

  /// Every gradient is that of finite differences, and every parameter takes part.
  ///
  /// Three inputs are tried: a kink may be near one of them, a wrong gradient is wrong at all.
  mutating func checkGradients(_ plugin: Plugin) {
    var found: [ConformanceFinding] = []
    for attempt in 0..<3 {
      found = gradientFindings(plugin, input("gradients \(attempt)"))
      if found.isEmpty { return }
    }
    findings += found
  }

  private func gradientFindings(_ plugin: Plugin, _ input: Tensor) -> [ConformanceFinding] {
    var found: [ConformanceFinding] = []
    var generator = RandomGenerator(seed: seed).split("directions")
    let x = input.differentiable()
    let result = output(plugin, x, pass())
    let weights = Tensor(generator.normal(result.count), shape: result.shape)
    func value(_ input: Tensor) -> Double {
      let delta = noGradient { output(plugin, input, pass()) }
      return zip(delta.values, weights.values).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    let terms = zip(result.values, weights.values).map { Double($0) * Double($1) }
    let scale = terms.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let gradients = result.backward(from: weights)
    func slopes(_ leaf: Tensor, _ name: String, _ value: ([Float]) -> Double) -> SlopeCheck {
      let start = leaf.values
      let check = SlopeCheck(
        count: leaf.count, gradient: gradients[leaf], scale: scale, generator: &generator
      ) { step in value(zip(start, step).map { $0 + $1 }) }
      if !(check.error <= SlopeCheck.tolerance) {
        let detail = "the gradient of \(name) is wrong: \(check.description)"
        found.append(ConformanceFinding(check: "gradients", detail: detail))
      }
      return check
    }
    _ = slopes(x, "the input") { value(Tensor($0, shape: x.shape)) }
    for parameter in plugin.parameters where parameter.isTrained {
      let start = parameter.value.values
      let check = slopes(parameter.value, "parameter '\(parameter.name)'") {
        parameter.update(to: $0)
        return value(x)
      }
      parameter.update(to: start)
      if check.steepest <= 1e-7 * scale {
        let detail = "'\(parameter.name)' takes no part in ΔH"
        found.append(ConformanceFinding(check: "parameters", detail: detail))
      }
    }
    return found
  }

  /// With the map's output at hand, ΔH is the same.
  mutating func checkReading(_ plugin: Plugin) {
    guard let reading = plugin as? any OutputReading else { return }
    let x = input()
    let y =
      x.matmul(frozenWeight, transposingOther: true)
      + frozenBias.broadcast(to: [x.shape[0], site.outputWidth])
    let distance = plugin.delta(of: x, in: pass()).distance(
      to: reading.delta(of: x, output: y, in: pass()))
    if !(distance <= 1e-5) {
      note("output", "ΔH differs by \(distance) when the map's output is given")
    }
  }

  /// Scaled and shifted in one pass, features change by the same ΔH.
  mutating func checkScaling(_ plugin: Plugin) {
    guard let scaling = plugin as? any FeatureScaling, let found = scaling.featureScaling() else {
      return
    }
    let x = input()
    let isAfter = plugin.placement.isAfterSite
    let y =
      isAfter
      ? x
      : x.matmul(frozenWeight, transposingOther: true)
        + frozenBias.broadcast(to: [x.shape[0], site.outputWidth])
    var change = y * found.scale
    if let shift = found.shift { change = change + shift }
    let distance = plugin.delta(of: x, in: pass()).distance(to: change)
    if !(distance <= 1e-5) {
      note("scaling", "ΔH differs by \(distance) from scaled and shifted features")
    }
  }

  /// Values exported by name into an adapter that started elsewhere give the same ΔH.
  mutating func checkSaving(_ plugin: Plugin, to other: Plugin) {
    let saved = Dictionary(
      plugin.parameters.map { ($0.name, $0.value.copied()) },
      uniquingKeysWith: { first, _ in first }
    )
    for parameter in other.parameters {
      guard let value = saved[parameter.name], value.shape == parameter.value.shape else {
        return note("saving", "another instance has another parameter '\(parameter.name)'")
      }
      parameter.update(to: value)
    }
    let (before, after) = (
      output(plugin, input(), pass()), output(other, input(), pass())
    )
    if before.bits != after.bits {
      note("saving", "saved and loaded by name, ΔH differs by \(before.distance(to: after))")
    }
  }
}
