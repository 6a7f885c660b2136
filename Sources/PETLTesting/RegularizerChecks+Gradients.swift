import PETL

extension RegularizerChecks {
  /// Every gradient is that of finite differences.
  ///
  /// Images and texts of several lengths are tried, three samples of each: a kink may be near one
  /// of them, a wrong gradient is wrong at all.
  mutating func checkGradients(_ plugin: Plugin) {
    checkGradients(plugin) { SubspaceSample(seed: $0) }
    let texts = TokenRows(lengths: [5, 2, 4], feature: .last)
    checkGradients(plugin) { SubspaceSample(rows: texts, seed: $0) }
  }

  private mutating func checkGradients(
    _ plugin: Plugin, of sample: (UInt64) -> SubspaceSample
  ) {
    var found: [ConformanceFinding] = []
    for attempt in 0..<3 as Range<UInt64> {
      found = gradientFindings(plugin, sample(seed &+ attempt))
      if found.isEmpty { return }
    }
    findings += found
  }

  private func gradientFindings(
    _ plugin: Plugin, _ sample: SubspaceSample
  ) -> [ConformanceFinding] {
    var generator = RandomGenerator(seed: seed).split("directions")
    let value = plugin.penalty(on: sample.subspaces)
    let gradients = value.backward()
    return sample.variables.enumerated().compactMap { position, variable in
      let check = SlopeCheck(
        count: variable.leaf.count, gradient: gradients[variable.leaf],
        scale: Double(abs(value.item)), generator: &generator
      ) { step in
        Double(plugin.penalty(on: sample.displaced(position, by: step).subspaces).item)
      }
      if check.error <= SlopeCheck.tolerance { return nil }
      let detail = "the gradient of \(variable.name) is wrong: \(check.description)"
      return ConformanceFinding(check: "gradients", detail: detail)
    }
  }

  /// Value and gradients are those of the definition, to 1e-5.
  mutating func compare(
    _ plugin: Plugin, _ sample: SubspaceSample, with definition: (Subspaces) -> Tensor
  ) {
    let (closed, full) = (plugin.penalty(on: sample.subspaces), definition(sample.subspaces))
    guard full.count == 1 else {
      return note("definition", "the definition has shape \(full.shape) and is not a scalar")
    }
    if !(abs(closed.item - full.item) <= 1e-5 * max(abs(full.item), 1e-3)) {
      note("definition", "the value is \(closed.item), by the definition \(full.item)")
    }
    let (left, right) = (closed.backward(), full.backward())
    let steepest = sample.variables.compactMap { right[$0.leaf]?.largest }.max() ?? 0
    for variable in sample.variables {
      let zero = Tensor.zeros(variable.leaf.shape)
      let (l, r) = (left[variable.leaf] ?? zero, right[variable.leaf] ?? zero)
      // A gradient that is zero in closed form is so only up to rounding in the definition, and
      // that rounding is of the size of the value and of the other gradients.
      let share: Float = l.largest == 0 ? 1 : 0.02
      let scale = max(r.largest, share * max(steepest, abs(full.item)), 1e-12)
      let worst = (l - r).largest
      if !(worst <= 1e-5 * scale) {
        note(
          "definition",
          "the gradient of \(variable.name) differs by \(worst / scale) from the definition's")
      }
    }
  }
}
