import PETL

extension PoLAROptions {
  /// Declares the options; their defaults are those of one of the two plugins.
  public mutating func visit(_ options: OptionReader) {
    options.integer("rank", &rank, in: 1...4096, help: "the number of rank-one maps")
    options.number(
      "scale", &scale, in: 0...1e6,
      help: "the factor of what is added (our choice); not together with alpha")
    options.optionalNumber(
      "alpha", &alpha, in: 0...1e9, help: "the factor is alpha / rank, as in the papers")
    options.number(
      "dropout", &dropout, in: 0...0.99,
      help: "the probability of dropout of the input while training")
    options.choice(
      "theta", &theta, help: "the matrix in the middle: full, diagonal, or fixed to the identity")
    options.choice(
      "init", &start,
      help: "the middle at the start: zero, or identity, which changes the network at once")
    options.choice(
      "geometry", &geometry,
      help: "what keeps lora_A and lora_B orthonormal; spel wants type: sgd and a falling rate")
    options.number(
      "lambda", &lambda, in: 0...1e6,
      help: "landing and soft: the pull to the manifold (1 as in PoLAR's GLUE scripts; the 5e-3 of "
        + "its LLM scripts lets AdamW drift off)")
    options.choice(
      "lambda_convention", &lambdaConvention,
      help: "landing: lambda as in the official code, or in the paper, where it is an eighth")
    reportContradictions(options)
  }

  /// Options that would be ignored, or that exclude each other.
  private func reportContradictions(_ options: OptionReader) {
    if alpha != nil, options.changedKeys.contains("scale") {
      options.report(
        "'scale' and 'alpha' both give the factor", at: "alpha", hints: ["keep one of them"])
    }
    if theta == .fixed, start == .zero {
      options.report(
        "'theta: fixed' is the identity from the start", at: "theta",
        hints: ["add init: identity"])
    }
    if options.changedKeys.contains("lambda"), geometry != .landing, geometry != .soft {
      options.report(
        "'lambda' means nothing with geometry: \(geometry.rawValue)", at: "lambda",
        hints: ["it belongs to geometry: landing or soft"])
    }
    if options.changedKeys.contains("lambda_convention"), geometry != .landing {
      options.report(
        "'lambda_convention' means nothing with geometry: \(geometry.rawValue)",
        at: "lambda_convention", hints: ["it belongs to geometry: landing"])
    }
  }
}
