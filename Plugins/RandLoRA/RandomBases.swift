import PETL

/// The frozen random bases that all sites of RandLoRA share, `randlora_A` and `randlora_B`.
struct RandomBases {
  /// A, [r, 1, smaller width].
  let small: Parameter
  /// B, [larger width, n, r].
  let large: Parameter

  /// Bases as large as the sites need: PEFT takes the most outputs and the most inputs of any, and the smaller
  /// of the two numbers for A.
  init(sites: [AdaptationSite], options: RandLoRAOptions, generator: RandomGenerator) {
    let inputs = sites.map(\.inputWidth).max() ?? 1
    let outputs = sites.map(\.outputWidth).max() ?? 1
    let (least, most) = (min(inputs, outputs), max(inputs, outputs))
    let count = Self.count(width: least, rank: options.rank)
    var generator = generator.split("randlora")
    func constant(_ name: String, _ shape: [Int]) -> Parameter {
      let values = Self.values(
        shape.reduce(1, *), options.sparsity(least: least), using: &generator)
      return Parameter(
        name, Tensor(values, shape: shape), isTrained: false, isShared: true)
    }
    small = constant("randlora_A", [options.rank, 1, least])
    large = constant("randlora_B", [most, count, options.rank])
  }

  /// How many bases give a map any rank.
  static func count(width: Int, rank: Int) -> Int { (width + rank - 1) / rank }

  /// Numbers of deviation 1: uniform, or where there is a sparsity s, ±1 with a probability of 1 / (2 s) each and
  /// else 0.
  private static func values(
    _ count: Int, _ sparsity: Double?, using generator: inout RandomGenerator
  ) -> [Float] {
    let uniform = generator.uniform(count, in: -1..<1)
    var values = uniform
    if let sparsity {
      let edge = Float(1 - 1 / sparsity)
      values = uniform.map { $0 > edge ? 1 : $0 < -edge ? -1 : 0 }
    }
    let mean = values.reduce(0.0) { $0 + Double($1) } / Double(count)
    let squares = values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    let deviation = (squares / Double(max(1, count - 1))).squareRoot()
    return deviation > 0 ? values.map { Float(Double($0) / deviation) } : values
  }
}
