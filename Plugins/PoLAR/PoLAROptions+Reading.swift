import PETL

extension PoLAROptions {
  /// Reads the options of a recipe.
  public init(from reader: OptionReader) { self.init(from: reader, defaults: PoLAROptions()) }

  /// Reads the options of a recipe, with the defaults of one of the two plugins.
  init(from reader: OptionReader, defaults: PoLAROptions) {
    rank = reader.integer(
      "rank", default: defaults.rank, in: 1...4096, help: "the number of rank-one maps")
    scale = reader.number(
      "scale", default: defaults.scale, in: 0...1e6,
      help: "the factor of what is added (our choice); not together with alpha")
    alpha = reader.optionalNumber(
      "alpha", in: 0...1e9, help: "the factor is alpha / rank, as in the papers")
    dropout = reader.number(
      "dropout", default: defaults.dropout, in: 0...0.99,
      help: "the probability of dropout of the input while training")
    theta = reader.choice(
      "theta", default: defaults.theta,
      help: "the matrix in the middle: full, diagonal, or fixed to the identity")
    start = reader.choice(
      "init", default: defaults.start,
      help: "the middle at the start: zero, or identity, which changes the network at once")
    geometry = reader.choice(
      "geometry", default: defaults.geometry,
      help: "what keeps lora_A and lora_B orthonormal; spel wants type: sgd and a falling rate")
    lambda = reader.number(
      "lambda", default: defaults.lambda, in: 0...1e6,
      help: "landing and soft: the pull to the manifold (1 as in PoLAR's GLUE scripts; the 5e-3 of "
        + "its LLM scripts lets AdamW drift off)")
    lambdaConvention = reader.choice(
      "lambda_convention", default: defaults.lambdaConvention,
      help: "landing: lambda as in the official code, or in the paper, where it is an eighth")
    reportContradictions(reader, defaults)
  }

  /// Options that would be ignored, or that exclude each other.
  private func reportContradictions(_ reader: OptionReader, _ defaults: PoLAROptions) {
    if alpha != nil, scale != 1 {
      reader.report(
        "'scale' and 'alpha' both give the factor", at: "alpha", hints: ["keep one of them"])
    }
    if theta == .fixed, start == .zero {
      reader.report(
        "'theta: fixed' is the identity from the start", at: "theta",
        hints: ["add init: identity"])
    }
    if lambda != defaults.lambda, geometry != .landing, geometry != .soft {
      reader.report(
        "'lambda' means nothing with geometry: \(geometry.rawValue)", at: "lambda",
        hints: ["it belongs to geometry: landing or soft"])
    }
    if lambdaConvention != defaults.lambdaConvention, geometry != .landing {
      reader.report(
        "'lambda_convention' means nothing with geometry: \(geometry.rawValue)",
        at: "lambda_convention", hints: ["it belongs to geometry: landing"])
    }
  }
}
