import PETL

/// What takes ranks away from AdaLoRA's sites: those of the least importance anywhere, by a budget that
/// falls with the third power of the steps that are left.
///
/// Source: Zhang et al., arXiv 2303.10512, equation 12.
/// As PEFT's `RankAllocator`: importance is that of the values after a step with the step's gradient; a
/// rank that was taken away may come back until the last `tfinal` steps, which keep the ranks of then.
/// Without such steps the stage's last step takes ranks down to the target, which is our choice. So is
/// that a later stage, which finds ranks taken away, keeps those that are left.
public final class RankAllocator: TrainingRule {
  /// What is remembered from step to step.
  public struct State: Codable, Sendable {
    /// Which ranks of each site are left, by its name; none before ranks were taken away.
    var pattern: [String: [Bool]] = [:]
    /// Whether the pattern stays.
    var isSettled = false
  }

  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "adalora", summary: "Shares out ranks", source: "Zhang et al., arXiv 2303.10512")

  /// It works on gradients of adapters.
  public let traits: RuleTraits = [.needsGradients, .needsAdapters]
  /// The ranks that are left.
  public private(set) var state = State()
  /// The smoothed sensitivities and uncertainties.
  public var tensors: [String: Tensor] { importance.tensors }
  private let options: AdaLoRAOptions
  private var importance = Importance()

  /// Makes the rule of a stage.
  public init(options: AdaLoRAOptions) { self.options = options }

  private func adapters(_ context: RuleContext) -> [AdaLoRA] {
    context.adapters.entries.compactMap { $0.adapter as? AdaLoRA }
  }

  /// Refuses a schedule that the stage is too short for, and keeps the ranks that an earlier stage left.
  public func prepare(_ start: TrainingStart, in context: RuleContext) throws {
    let moment = context.moment
    guard options.initialSteps < moment.steps - options.finalSteps else {
      throw DiagnosticError(
        "adapter 'adalora' keeps all ranks for \(options.initialSteps) steps and the last ones for "
          + "\(options.finalSteps), and stage '\(moment.stage)' has \(moment.steps)",
        hints: ["make tinit and tfinal smaller, or the stage longer"])
    }
    let left = adapters(context).map { ($0.site.name, $0.diagonal.value.values.map { $0 != 0 }) }
    let isFresh = !left.contains { $0.1.contains(true) }
    if moment.stageIndex > 0, !isFresh, left.contains(where: { $0.1.contains(false) }) {
      state = State(pattern: Dictionary(left) { first, _ in first }, isSettled: true)
    }
  }

  /// Adds the gradient of the orthogonality term.
  public func gradientsDidForm(_ gradients: inout RuleGradients, in context: RuleContext) {
    guard options.orthogonalityWeight > 0 else { return }
    let term = Orthogonality.value(of: adapters(context), options.orthogonality)
    context.log("orthogonality", Double(term.item))
    gradients.add(term.scaled(by: Float(options.orthogonalityWeight)).backward())
  }

  /// Takes in the step's gradients, and shares out ranks where that is due.
  public func stepDidEnd(in context: RuleContext) {
    let adapters = adapters(context)
    defer { context.log("rank", meanRank(adapters)) }
    if state.isSettled { return mask(adapters) }
    let (step, steps) = (context.moment.step, context.moment.steps)
    let last = steps - options.finalSteps
    if step < last, let gradients = context.gradients {
      importance.update(adapters, gradients, options)
    }
    let budget = RankBudget(options, sites: adapters.count, steps: steps)
    let isLast = options.finalSteps == 0 ? step == steps - 1 : step >= last
    if isLast {
      share(out: budget.target, among: adapters)
      state.isSettled = true
      importance = Importance()
    } else if budget.isDue(step) {
      share(out: budget.ranks(at: step), among: adapters)
    }
  }

  /// Takes away the least important ranks.
  private func share(out budget: Int, among adapters: [AdaLoRA]) {
    let scores = adapters.map { importance.scores(of: $0) }
    let excess = scores.reduce(0) { $0 + $1.count } - budget
    guard excess > 0 else { return }
    let threshold = scores.joined().sorted()[excess - 1]
    for (adapter, scores) in zip(adapters, scores) {
      state.pattern[adapter.site.name] = scores.map { !($0 <= threshold) }
    }
    mask(adapters)
  }

  /// Gives the ranks that were taken away a λ of zero.
  private func mask(_ adapters: [AdaLoRA]) {
    for adapter in adapters {
      guard let kept = state.pattern[adapter.site.name] else { continue }
      adapter.diagonal.update(
        to: zip(adapter.diagonal.value.values, kept).map { $1 ? $0 : 0 })
    }
  }

  private func meanRank(_ adapters: [AdaLoRA]) -> Double {
    let ranks = adapters.map { adapter in
      state.pattern[adapter.site.name]?.count { $0 } ?? adapter.options.initialRank
    }
    return Double(ranks.reduce(0, +)) / Double(max(1, ranks.count))
  }

  /// Goes on with the ranks and the importance that were stored.
  public func restore(_ state: State, tensors: [String: Tensor]) {
    (self.state, importance) = (state, Importance(tensors))
  }
}
