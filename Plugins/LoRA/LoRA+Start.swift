import PETL

extension LoRA: WeightBinding {
  /// The start, where it is made of the weight.
  public var weightUse: WeightUse { fixed == nil ? .none : .start }

  /// Takes A, B and what is taken off again from the frozen weight, the first time.
  public func bind(weight: Tensor, bias: Tensor) {
    guard let fixed, let start = options.start, !isBound else { return }
    isBound = true
    let (directions, basis) = start.factors(
      of: DoubleMatrix(weight), rank: options.rank, scale: options.effectiveScale)
    for (parameters, value) in [
      ([down, fixed.down], directions.tensor), ([up, fixed.up], basis.tensor),
    ] {
      for parameter in parameters { parameter.update(to: value) }
    }
  }
}

extension LoRA: RuleBringing {
  /// What starts EVA, and what projects the gradients of LoRA-FA.
  public static func rules(for entries: [AdapterSet.Entry]) throws -> [any TrainingRule] {
    let options = entries.compactMap { ($0.adapter as? LoRA)?.options }
    guard let first = options.first else { return [] }
    var rules: [any TrainingRule] = []
    if options.contains(where: { $0.start == .eva }) {
      rules.append(PrincipalStart(options: first))
    }
    if options.contains(where: { $0.frozenA == .projected }) {
      rules.append(ProjectedGradients(options: first))
    }
    return rules
  }
}
