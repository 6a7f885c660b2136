import PETL

extension Conformance {
  /// What came of an adapter with a regularizer.
  public enum Pairing: Sendable, Equatable {
    /// The regularizer says why it cannot work on the adapter.
    case refused(String)
    /// What is wrong; nothing when all is well.
    case checked([ConformanceFinding])
  }

  /// Checks the gradients that a regularizer gives to an adapter's parameters against finite
  /// differences, and that its value is finite when training starts.
  ///
  /// - Parameters:
  ///   - regularizer: takes its gradient through everything it depends on.
  ///   - type: the adapter.
  ///   - options: with which the adapter is made.
  ///   - site: where it is attached.
  ///   - stopsGradients: true where the adapter takes no gradient through some quantity, as DoRA
  ///     through its norms: finite differences then say nothing.
  ///   - seed: of everything random here.
  /// - Returns: that it is refused, or what is wrong.
  public static func check<Plugin: Adapter>(
    regularizer: any Regularizer, on type: Plugin.Type, options: Plugin.Options,
    site: AdaptationSite, stopsGradients: Bool = false, seed: UInt64 = 1
  ) -> Pairing {
    var checks = AdapterChecks<Plugin>(options: options, site: site, seed: seed)
    return checks.pair(with: regularizer, stopsGradients: stopsGradients)
  }
}

extension AdapterChecks {
  fileprivate mutating func pair(
    with regularizer: any Regularizer, stopsGradients: Bool
  ) -> Conformance.Pairing {
    let plugin: Plugin
    do { plugin = try begin() } catch {
      note("construction", "\(error)")
      return .checked(findings)
    }
    let set = AdapterSet([AdapterSet.Entry(site: site, adapter: plugin)])
    if let objection = set.objection(of: regularizer) { return .refused(objection) }
    if !penalty(of: regularizer, plugin, input()).isFinite {
      note("finite", "the value is not finite when training starts")
    }
    move(plugin)
    if stopsGradients { return .checked(findings) }
    var found: [ConformanceFinding] = []
    for attempt in 0..<3 {
      found = slopes(of: regularizer, plugin, input("gradients \(attempt)"))
      if found.isEmpty { break }
    }
    return .checked(findings + found)
  }

  /// The value in a step whose network is this one site: its answers are what it adds, and without the
  /// adapter ones.
  private func penalty(
    of regularizer: any Regularizer, _ plugin: Plugin, _ x: Tensor
  ) -> Tensor {
    let entry = AdapterSet.Entry(site: site, adapter: plugin)
    let pass = ForwardPass(
      isTraining: false, images: images, generator: RandomGenerator(seed: seed),
      recordsInputs: regularizer.needs.contains(.inputs))
    let delta: Tensor
    if let decomposable = plugin as? any SubspaceDecomposable {
      let subspaces = decomposable.subspaces(of: x, in: pass)
      pass.record(entry, subspaces: subspaces, input: x)
      delta = subspaces.delta
    } else {
      delta = plugin.delta(of: x, in: pass)
      pass.record(entry, input: x, delta: delta)
    }
    let features = delta.reshaped([images, -1, delta.shape[1]]).mean(over: [1])
    let weight = frozenWeight
    let factors = ReferenceFactors(
      directions: weight.sliced(axis: 0, 0..<2), basis: weight.transposed().sliced(axis: 0, 0..<2))
    let context = StepContext(
      moment: TrainingMoment(stage: "pair", step: 0, stepsPerEpoch: 1, epochs: 1),
      adapters: AdapterSet([entry]), pass: pass,
      frozen: FrozenWeights(generator: RandomGenerator(seed: seed)) { _ in weight },
      answers: NetworkAnswers(features: [features]) { features },
      labels: Array(repeating: 0, count: images),
      frozenAnswers: NetworkAnswers(features: [.ones(features.shape)]) { .ones(features.shape) },
      references: Dictionary(
        regularizer.references.map { ($0, [site.name: factors]) },
        uniquingKeysWith: { first, _ in first }),
      generator: RandomGenerator(seed: seed))
    return context.penalty(of: regularizer, label: "pair")
  }

  private func slopes(
    of regularizer: any Regularizer, _ plugin: Plugin, _ x: Tensor
  ) -> [ConformanceFinding] {
    var generator = RandomGenerator(seed: seed).split("pair")
    func value() -> Double { Double(noGradient { self.penalty(of: regularizer, plugin, x) }.item) }
    let penalty = self.penalty(of: regularizer, plugin, x)
    let gradients = penalty.backward()
    return plugin.parameters.filter(\.isTrained).compactMap { parameter in
      let start = parameter.value.values
      let check = SlopeCheck(
        count: parameter.value.count, gradient: gradients[parameter.value],
        scale: max(1e-3, Double(abs(penalty.item))), generator: &generator
      ) { step in
        parameter.update(to: zip(start, step).map { $0 + $1 })
        return value()
      }
      parameter.update(to: start)
      guard !(check.error <= SlopeCheck.tolerance) else { return nil }
      return ConformanceFinding(
        check: "gradients",
        detail: "the gradient of parameter '\(parameter.name)' is wrong: \(check.description)")
    }
  }
}
