import PETL

/// The options of `AdaLoRA`, by the names and with the defaults of PEFT's `AdaLoraConfig`.
public struct AdaLoRAOptions: PluginOptions {
  /// The orthogonality term of each factor.
  public enum Orthogonality: String, CaseIterable, Sendable {
    /// ‖P Pᵀ − I‖, as the official code and PEFT have it.
    case norm
    /// ‖P Pᵀ − I‖², as the paper has it.
    case squared
  }

  /// The rank that every site starts with.
  public var initialRank = 12
  /// The mean rank of a site at the end.
  public var targetRank = 8
  /// How many steps all ranks stay.
  public var initialSteps = 0
  /// How many steps at the end train the ranks that are left.
  public var finalSteps = 0
  /// After how many steps, each time, ranks are shared out.
  public var interval = 1
  /// How much of the sensitivity's mean is kept at a step.
  public var beta1 = 0.85
  /// How much of the uncertainty's mean is kept at a step.
  public var beta2 = 0.85
  /// The weight of the orthogonality term.
  public var orthogonalityWeight = 0.5
  /// The orthogonality term.
  public var orthogonality = Orthogonality.norm
  /// PEFT's alpha: the factor of ΔH is alpha / (initial rank + 10⁻⁵).
  public var alpha = 8.0
  /// The probability that a value of the input is dropped while training.
  public var dropout = 0.0

  /// The defaults.
  public init() {}

  /// Declares the options.
  public mutating func visit(_ options: OptionReader) {
    options.integer(
      "init_r", &initialRank, in: 1...4096, help: "the rank that every site starts with")
    options.integer(
      "target_r", &targetRank, in: 1...4096, help: "the mean rank of a site at the end")
    options.integer(
      "tinit", &initialSteps, in: 0...1_000_000_000, help: "steps at the start that keep all ranks")
    options.integer(
      "tfinal", &finalSteps, in: 0...1_000_000_000,
      help: "steps at the end that train the ranks that are left")
    options.integer(
      "delta_t", &interval, in: 1...1_000_000,
      help: "steps from one sharing out of ranks to the next")
    options.number("beta1", &beta1, in: 1e-6...0.999999, help: "decay of the mean sensitivity")
    options.number("beta2", &beta2, in: 1e-6...0.999999, help: "decay of the mean uncertainty")
    options.number(
      "orth_reg_weight", &orthogonalityWeight, in: 0...1e6,
      help: "the weight of the orthogonality term")
    options.choice(
      "orthogonality", &orthogonality,
      help: "the mean over factors of norm: |PP' - I| (official code, PEFT), or its square (paper)")
    options.number(
      "alpha", &alpha, in: 1e-9...1e9,
      help: "PEFT's lora_alpha: the factor is alpha / (init_r + 1e-5)")
    options.number(
      "dropout", &dropout, in: 0...0.99, help: "the probability of dropout while training")
    if targetRank > initialRank {
      options.report(
        "'target_r' \(targetRank) is larger than 'init_r' \(initialRank)", at: "target_r",
        hints: ["ranks are taken away, not added"])
    }
  }

  /// The factor of ΔH, as PEFT computes it.
  var factor: Double { alpha / (Double(initialRank) + 1e-5) }
}
