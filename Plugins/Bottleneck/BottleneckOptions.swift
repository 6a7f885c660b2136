import PETL

/// The options of a bottleneck adapter, with the defaults of its variant.
public struct BottleneckOptions<Variant: BottleneckVariant>: PluginOptions {
  /// What the adapter is made of.
  public var settings = Variant.defaults

  /// The variant's defaults.
  public init() {}

  /// Makes options of settings.
  public init(_ settings: BottleneckSettings) { self.settings = settings }

  /// Declares the options.
  public mutating func visit(_ options: OptionReader) {
    settings.size.visit(options, default: Variant.defaults.size)
    options.choice(
      "activation", &settings.activation, help: "the function between the maps")
    options.number(
      "scale", &settings.scale, in: 0...1e6,
      help: "the factor of what is added; where it starts when it is trained")
    options.choice(
      "scaling", &settings.scaling,
      help: "the factor: fixed, learned (one number) or channel (learned, one for each channel)")
    options.boolean("biases", &settings.biases, help: "biases of both maps")
    options.number(
      "dropout", &settings.dropout, in: 0...0.99,
      help: "the probability of dropout in the bottleneck while training; NOAH has 0.1")
    options.number(
      "drop_path", &settings.dropPath, in: 0...0.99,
      help: "the probability that an image goes without the adapter while training")
    options.choice(
      "init", &settings.initialization,
      help: "how the weights start; xavier as in NOAH, lora with zero up")
    options.number(
      "deviation", &settings.deviation, in: 1e-6...1,
      help: "the deviation of initial weights that are normal or truncated")
  }
}

extension BottleneckSettings.Size {
  /// Declares `rank` and `reduction`, of which one has a default, and the other takes its place.
  mutating func visit(_ options: OptionReader, default standard: Self) {
    let range = 1...4096
    let rankHelp = "the width of the bottleneck; not together with reduction"
    let reductionHelp = "the width of the bottleneck as a part of the tokens' width"
    var rank: Int?
    var reduction: Int?
    switch self {
    case .rank(let value): rank = value
    case .reduction(let value): reduction = value
    }
    switch standard {
    case .rank(let fallback):
      var usual = rank ?? fallback
      options.integer("rank", &usual, in: range, help: rankHelp)
      options.optionalInteger("reduction", &reduction, in: range, help: reductionHelp)
      self = reduction.map { .reduction($0) } ?? .rank(usual)
      if reduction != nil, usual != fallback { Self.reportBoth(options, at: "reduction") }
    case .reduction(let fallback):
      var usual = reduction ?? fallback
      options.optionalInteger("rank", &rank, in: range, help: rankHelp)
      options.integer("reduction", &usual, in: range, help: reductionHelp)
      self = rank.map { .rank($0) } ?? .reduction(usual)
      if rank != nil, usual != fallback { Self.reportBoth(options, at: "rank") }
    }
  }

  private static func reportBoth(_ options: OptionReader, at key: String) {
    options.report(
      "'rank' and 'reduction' both give the width of the bottleneck", at: key,
      hints: ["keep one of them"])
  }
}
