import PETL

/// The options of a bottleneck adapter, with the defaults of its variant.
public struct BottleneckOptions<Variant: BottleneckVariant>: PluginOptions {
  /// What the adapter is made of.
  public var settings: BottleneckSettings

  /// Makes options in code.
  public init(_ settings: BottleneckSettings = Variant.defaults) { self.settings = settings }

  /// Reads the options of a recipe.
  public init(from reader: OptionReader) {
    var settings = Variant.defaults
    settings.size = Self.size(from: reader)
    settings.activation = reader.choice(
      "activation", default: settings.activation, help: "the function between the maps")
    settings.scale = reader.number(
      "scale", default: settings.scale, in: 0...1e6,
      help: "the factor of what is added; where it starts when it is trained")
    settings.scaling = reader.choice(
      "scaling", default: settings.scaling,
      help: "the factor: fixed, learned (one number) or channel (learned, one for each channel)")
    settings.biases = reader.boolean(
      "biases", default: settings.biases, help: "biases of both maps")
    settings.dropout = reader.number(
      "dropout", default: settings.dropout, in: 0...0.99,
      help: "the probability of dropout in the bottleneck while training; NOAH has 0.1")
    settings.dropPath = reader.number(
      "drop_path", default: settings.dropPath, in: 0...0.99,
      help: "the probability that an image goes without the adapter while training")
    settings.initialization = reader.choice(
      "init", default: settings.initialization,
      help: "how the weights start; xavier as in NOAH, lora with zero up")
    settings.deviation = reader.number(
      "deviation", default: settings.deviation, in: 1e-6...1,
      help: "the deviation of initial weights that are normal or truncated")
    self.settings = settings
  }

  /// `rank` or `reduction`, of which one has a default.
  private static func size(from reader: OptionReader) -> BottleneckSettings.Size {
    let range = 1...4096
    let rankHelp = "the width of the bottleneck; not together with reduction"
    let reductionHelp = "the width of the bottleneck as a part of the tokens' width"
    func conflict(_ key: String) {
      reader.report(
        "'rank' and 'reduction' both give the width of the bottleneck", at: key,
        hints: ["keep one of them"])
    }
    switch Variant.defaults.size {
    case .rank(let fallback):
      let rank = reader.integer("rank", default: fallback, in: range, help: rankHelp)
      guard let reduction = reader.optionalInteger("reduction", in: range, help: reductionHelp)
      else { return .rank(rank) }
      if rank != fallback { conflict("reduction") }
      return .reduction(reduction)
    case .reduction(let fallback):
      let rank = reader.optionalInteger("rank", in: range, help: rankHelp)
      let reduction = reader.integer(
        "reduction", default: fallback, in: range, help: reductionHelp)
      guard let rank else { return .reduction(reduction) }
      if reduction != fallback { conflict("rank") }
      return .rank(rank)
    }
  }
}
