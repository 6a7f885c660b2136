import PETL
import Synchronization

/// What `measure` is with the value auto, in a stage of training.
///
/// It is chosen at the first site and batch whose basis is not zero, and kept; until then the linear measure
/// applies. The paper leaves the choice open; the rule is ours.
///
/// 1. Fewer than 8 r tokens: correlations would be noise, so `euclidean`, which compares token by token.
/// 2. Heavy-tailed coefficients (mean excess kurtosis above 6): a few tokens would decide every
///    correlation, so `cosine`, which does not see their sizes.
/// 3. A mean |ρ| below 0.05 although there are pairs: what is left is not linear, so `nonlinear`.
/// 4. Otherwise `linear`, the paper's default.
final class AutomaticMeasure: Sendable {
  private let state = Mutex(ReSoRA.Choice())

  /// What was chosen and why; nil before.
  var note: String? {
    state.withLock { state in
      state.measure.map { "chose measure: \($0.rawValue) (\(state.reason))" }
    }
  }

  /// What was chosen so far.
  var choice: ReSoRA.Choice {
    get { state.withLock { $0 } }
    set { state.withLock { $0 = newValue } }
  }

  /// What applies to these subspaces.
  func measure(for subspaces: Subspaces) -> ReSoRAOptions.Measure {
    state.withLock { state in
      if let measure = state.measure { return measure }
      let isThere = noGradient { subspaces.basisGram.values.contains { $0 != 0 } }
      guard isThere else { return .linear }
      let (measure, reason) = Self.choose(subspaces)
      (state.measure, state.reason) = (measure, reason)
      return measure
    }
  }

  static func choose(_ subspaces: Subspaces) -> (ReSoRAOptions.Measure, reason: String) {
    let (tokens, r) = (subspaces.tokens, subspaces.count)
    if tokens < 8 * r { return (.euclidean, "\(tokens) tokens are few for rank \(r)") }
    let tails = kurtosis(subspaces)
    if tails > 6 {
      return (.cosine, "coefficients are heavy-tailed, excess kurtosis \(rounded(tails))")
    }
    let redundancy = Double(subspaces.redundancy())
    if redundancy < 0.05 {
      return (.nonlinear, "linear redundancy is only \(rounded(redundancy))")
    }
    return (.linear, "rank \(r), mean |ρ| \(rounded(redundancy))")
  }

  /// The mean over coefficients of m₄ / m₂² − 3; a constant coefficient counts as 0.
  private static func kurtosis(_ subspaces: Subspaces) -> Double {
    noGradient {
      let s = subspaces.coefficients
      let squares = (s - s.mean(over: [0], keepingAxes: true)).squared()
      let (second, fourth) = (
        squares.mean(over: [0]).values, squares.squared().mean(over: [0]).values
      )
      let all = zip(second, fourth).map { $0 > 0 ? Double($1 / ($0 * $0)) - 3 : 0 }
      let finite = all.filter(\.isFinite)
      return finite.reduce(0, +) / Double(max(1, finite.count))
    }
  }

  private static func rounded(_ x: Double) -> String { "\((x * 100).rounded() / 100)" }
}

extension ReSoRA {
  /// What `measure: auto` chose, and why; empty before, and with any other measure.
  public struct Choice: Codable, Sendable {
    var measure: ReSoRAOptions.Measure?
    var reason = ""
  }

  /// What `measure: auto` chose so far.
  public var state: Choice { choice.choice }

  /// Goes on with what another instance chose.
  public func restore(_ state: Choice) { choice.choice = state }

  /// By what was chosen, with the other options at their defaults.
  func automatic(_ subspaces: Subspaces) -> Tensor {
    switch choice.measure(for: subspaces) {
    case .cosine: cosine(subspaces)
    case .euclidean: euclidean(subspaces)
    case .nonlinear: nonlinear(subspaces)
    case .linear, .auto: linear(subspaces)
    }
  }
}

extension ReSoRAOptions.Measure: Codable {}
