import PETL

/// The options of `EarlyStopping`.
public struct EarlyStoppingOptions: PluginOptions {
  /// What is watched.
  public enum Figure: String, CaseIterable, Sendable {
    /// Accuracy, or the sum of recalls: the larger the better.
    case score
    /// The mean loss: the smaller the better.
    case loss
  }

  /// What is watched on the validation split.
  public var figure = Figure.score
  /// After how many epochs without a better one the stage ends.
  public var patience = 10
  /// How much better is better.
  public var minDelta = 0.0

  /// The defaults.
  public init() {}

  /// Declares the figure, the patience and the least difference.
  public mutating func visit(_ options: OptionReader) {
    options.choice(
      "figure", &figure,
      help: "what is watched on the validation split: score (accuracy, sum of recalls) or loss")
    options.integer(
      "patience", &patience, in: 1...1_000_000,
      help: "epochs without a better figure after which the stage ends")
    options.number("min_delta", &minDelta, in: 0...1e6, help: "how much better counts as better")
  }
}

/// Ends a stage when the validation split shows nothing better for some epochs (Prechelt, 1998), as
/// Lightning's `EarlyStopping`.
///
/// Which epoch is kept is the recipe's `selection`: with `best-val` the best, with `last` the one that it
/// ended with.
public final class EarlyStopping: TrainingRule {
  /// What is remembered from epoch to epoch.
  public struct State: Codable, Sendable {
    var best: Double?
    var waited = 0
  }

  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "early-stopping", summary: "Ends a stage that validation shows no gain from",
    source: "Prechelt, 1998; as Lightning's EarlyStopping")

  /// It decides by the validation split.
  public let traits: RuleTraits = .needsValidation
  /// The best figure and how long ago it was.
  public private(set) var state = State()
  private let options: EarlyStoppingOptions

  /// Makes the rule.
  public init(options: EarlyStoppingOptions) { self.options = options }

  /// Looks at the figure.
  public func epochDidEnd(_ figures: EpochFigures, in context: RuleContext) {
    guard let validation = figures.validation else { return }
    // The larger the better.
    let figure = options.figure == .score ? validation.score : -validation.loss
    if let best = state.best, !(figure > best + options.minDelta) {
      state.waited += 1
      if state.waited >= options.patience {
        context.end(
          because: "\(options.figure == .score ? "accuracy" : "loss") on the validation split was "
            + "no better for \(state.waited) epochs")
      }
    } else {
      state = State(best: figure)
    }
  }

  /// Goes on from what was remembered.
  public func restore(_ state: State, tensors: [String: Tensor]) { self.state = state }
}
