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
  ///   - seed: of everything random here.
  /// - Returns: that it is refused, or what is wrong.
  public static func check<Plugin: SubspaceDecomposable>(
    regularizer: any RedundancyRegularizer, on type: Plugin.Type, options: Plugin.Options,
    site: AdaptationSite, seed: UInt64 = 1
  ) -> Pairing {
    var checks = AdapterChecks<Plugin>(options: options, site: site, seed: seed)
    return checks.pair(with: regularizer)
  }
}

extension AdapterChecks where Plugin: SubspaceDecomposable {
  fileprivate mutating func pair(
    with regularizer: any RedundancyRegularizer
  ) -> Conformance.Pairing {
    let plugin: Plugin
    do { plugin = try begin() } catch {
      note("construction", "\(error)")
      return .checked(findings)
    }
    let fresh = plugin.subspaces(of: input(), in: pass())
    if let objection = regularizer.objection(to: fresh.traits) { return .refused(objection) }
    if !regularizer.penalty(on: fresh).isFinite {
      note("finite", "the value is not finite when training starts")
    }
    move(plugin)
    var found: [ConformanceFinding] = []
    for attempt in 0..<3 {
      found = slopes(of: regularizer, plugin, input("gradients \(attempt)"))
      if found.isEmpty { break }
    }
    return .checked(findings + found)
  }

  private func slopes(
    of regularizer: any RedundancyRegularizer, _ plugin: Plugin, _ x: Tensor
  ) -> [ConformanceFinding] {
    var generator = RandomGenerator(seed: seed).split("pair")
    func value() -> Double {
      Double(noGradient { regularizer.penalty(on: plugin.subspaces(of: x, in: pass())) }.item)
    }
    let penalty = regularizer.penalty(on: plugin.subspaces(of: x, in: pass()))
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
