/// How frozen weights are stored and multiplied.
public enum FrozenPrecision: String, CaseIterable, Sendable {
  /// In 32-bit floats.
  case single = "fp32"
  /// Weights in bfloat16, inputs rounded to bfloat16, sums in 32-bit floats.
  ///
  /// Everything else (adapters, residual stream, norms, attention, regularizers, optimizer) stays in
  /// 32-bit floats.
  case mixed
  /// Weights in 8 bits with a scale for each output, inputs and gradients rounded to 8 bits with a scale for each token,
  /// sums exact; everything else as in `mixed`.
  ///
  /// The two products of SwitchBack (arXiv 2304.13013) that a frozen map has. That each output has a scale, and that numbers
  /// which stand far out of a token have one of their own, are our choice.
  case int8

  /// Those whose weights are floating-point numbers.
  package static let floating: [FrozenPrecision] = [.single, .mixed]
}
