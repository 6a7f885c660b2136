import PETL

/// The laws that every plugin keeps, checked: what any plugin's tests call, from any test framework.
///
/// ```swift
/// import PETLTesting
/// import Testing
///
/// @Test func keepsTheLaws() {
///   #expect(Conformance.check(adapter: LoRA.self, options: LoRAOptions { $0.rank = 4 }) == [])
/// }
/// ```
///
/// A check returns what it found instead of failing a test; an empty list means that all is well. A shape
/// that does not fit ends the process with a sentence that names the plugin (`require(_:_:)`): then no later
/// test runs, and none has to.
public enum Conformance {
  /// Checks an adapter.
  ///
  /// - Parameters:
  ///   - type: the adapter.
  ///   - options: with which it is made; call once for each variant worth checking.
  ///   - site: where it is attached; nil for a small site that the adapter supports.
  ///   - startsAtRandom: false for an adapter whose initial values do not depend on the seed.
  ///   - stopsGradients: true where it takes no gradient through some quantity, as DoRA through its
  ///     norms: finite differences then say nothing.
  ///   - seed: of everything random here.
  /// - Returns: what is wrong.
  public static func check<Plugin: Adapter>(
    adapter type: Plugin.Type, options: Plugin.Options, site: AdaptationSite? = nil,
    startsAtRandom: Bool = true, stopsGradients: Bool = false, seed: UInt64 = 1
  ) -> [ConformanceFinding] {
    let site = site ?? smallSite(of: Plugin.self)
    var checks = AdapterChecks<Plugin>(options: options, site: site, seed: seed)
    PluginCall.within("adapter '\(Plugin.descriptor.name)'", site: site.name) {
      checks.run(startsAtRandom: startsAtRandom, stopsGradients: stopsGradients)
    }
    return checks.findings + optionFindings(of: options)
  }

  /// Checks a regularizer of subspaces against its definition.
  ///
  /// - Parameters:
  ///   - type: the regularizer.
  ///   - options: with which it is made; call once for each variant worth checking.
  ///   - stopsGradients: true where it takes no gradient through some quantity, such as a bandwidth
  ///     found from the data: finite differences then say nothing.
  ///   - definition: the same value computed from its definition on the materialised
  ///     `featureMaps`; value and gradients must agree to 1e-5.
  ///   - seed: of everything random here.
  /// - Returns: what is wrong.
  public static func check<Plugin: RedundancyRegularizer>(
    regularizer type: Plugin.Type, options: Plugin.Options, stopsGradients: Bool = false,
    definition: @escaping (Subspaces) -> Tensor, seed: UInt64 = 1
  ) -> [ConformanceFinding] {
    redundancyFindings(
      type, options, stopsGradients: stopsGradients, definition: definition, seed)
  }

  /// Checks a regularizer of subspaces.
  ///
  /// - Parameters:
  ///   - type: the regularizer.
  ///   - options: with which it is made; call once for each variant worth checking.
  ///   - stopsGradients: true where it takes no gradient through some quantity, such as a bandwidth
  ///     found from the data: finite differences then say nothing.
  ///   - seed: of everything random here.
  /// - Returns: what is wrong.
  public static func check<Plugin: RedundancyRegularizer>(
    regularizer type: Plugin.Type, options: Plugin.Options, stopsGradients: Bool = false,
    seed: UInt64 = 1
  ) -> [ConformanceFinding] {
    redundancyFindings(type, options, stopsGradients: stopsGradients, definition: nil, seed)
  }

  private static func redundancyFindings<Plugin: RedundancyRegularizer>(
    _ type: Plugin.Type, _ options: Plugin.Options, stopsGradients: Bool,
    definition: ((Subspaces) -> Tensor)?, _ seed: UInt64
  ) -> [ConformanceFinding] {
    var checks = RegularizerChecks<Plugin>(options: options, seed: seed)
    PluginCall.within("regularizer '\(Plugin.descriptor.name)'") {
      checks.run(stopsGradients: stopsGradients, definition: definition)
    }
    return checks.findings + optionFindings(of: options)
  }

  /// Checks a regularizer of any kind, on a small network of three sites with linear adapters.
  ///
  /// - Parameters:
  ///   - type: the regularizer.
  ///   - options: with which it is made; call once for each variant worth checking. Adapters that it
  ///     compares with need not be there.
  ///   - stopsGradients: true where it takes no gradient through some quantity: finite differences then
  ///     say nothing.
  ///   - seed: of everything random here.
  /// - Returns: what is wrong.
  public static func check<Plugin: Regularizer>(
    regularizer type: Plugin.Type, options: Plugin.Options, stopsGradients: Bool = false,
    seed: UInt64 = 1
  ) -> [ConformanceFinding] {
    var checks = ContextChecks<Plugin>(options: options, seed: seed)
    PluginCall.within("regularizer '\(Plugin.descriptor.name)'") {
      checks.run(stopsGradients: stopsGradients)
    }
    return checks.findings + optionFindings(of: options)
  }

  /// Checks an optimizer.
  ///
  /// It moves a matrix, a vector and the two factors of a linear adapter on a quadratic.
  ///
  /// - Parameters:
  ///   - type: the optimizer.
  ///   - options: with which it is made; call once for each variant worth checking.
  ///   - rate: a learning rate at which 50 steps lower the loss.
  ///   - seed: of everything random here.
  /// - Returns: what is wrong.
  public static func check<Plugin: Optimizer>(
    optimizer type: Plugin.Type, options: Plugin.Options, rate: Double = 1e-2, seed: UInt64 = 1
  ) -> [ConformanceFinding] {
    var checks = OptimizerChecks<Plugin>(options: options, seed: seed, rate: rate)
    PluginCall.within("optimizer '\(Plugin.descriptor.name)'") { checks.run() }
    return checks.findings + optionFindings(of: options)
  }

  /// Checks an adapter at each of several sites: what `check(adapter:)` found, beside the site's kind.
  ///
  /// - Parameters:
  ///   - type: the adapter.
  ///   - options: with which it is made.
  ///   - sites: where it is attached; a small one of each kind that it supports when nil.
  ///   - startsAtRandom: false for an adapter whose initial values do not depend on the seed.
  /// - Returns: what is wrong, by the site's name.
  public static func checkEverywhere<Plugin: Adapter>(
    adapter type: Plugin.Type, options: Plugin.Options, sites: [AdaptationSite]? = nil,
    startsAtRandom: Bool = true
  ) -> [String: [ConformanceFinding]] {
    let kinds = AdaptationSite.Kind.allCases.filter(Plugin.supportedSites.contains)
    var found: [String: [ConformanceFinding]] = [:]
    for site in sites ?? kinds.map(smallSite) {
      let findings = check(
        adapter: type, options: options, site: site, startsAtRandom: startsAtRandom)
      if !findings.isEmpty { found[site.name] = findings }
    }
    return found
  }

  /// 12 → 10 at a linear map, 12 → 12 elsewhere; two heads; a class token and three patches.
  private static func smallSite<Plugin: Adapter>(of type: Plugin.Type) -> AdaptationSite {
    smallSite(AdaptationSite.Kind.allCases.first { Plugin.supportedSites.contains($0) } ?? .query)
  }

  static func smallSite(_ kind: AdaptationSite.Kind) -> AdaptationSite {
    AdaptationSite(
      kind: kind, layer: 0, inputWidth: 12, outputWidth: kind.isLinear ? 10 : 12, heads: 2,
      grid: TokenGrid(rows: 1, columns: 3, prefixTokens: 1))
  }
}

extension Tensor {
  /// The elements as bits: equal only when every byte is.
  var bits: [UInt32] { values.map(\.bitPattern) }

  /// Whether no element is infinite or not a number.
  var isFinite: Bool { values.allSatisfy(\.isFinite) }

  /// The largest absolute value; a NaN when there is one.
  var largest: Float {
    values.reduce(0) { $1.magnitude <= $0 ? $0 : $1.isNaN || !$0.isNaN ? $1.magnitude : $0 }
  }

  /// The largest difference of two tensors of a shape, relative to the largest element.
  func distance(to other: Tensor) -> Float {
    let scale = max(largest, other.largest)
    let worst = (detached() - other.detached()).largest
    return scale == 0 ? worst : worst / scale
  }
}
