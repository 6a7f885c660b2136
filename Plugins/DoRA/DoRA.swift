import PETL

/// DoRA (Liu et al., arXiv 2402.09353): W' = m ⊙ (W + s B A) / ‖W + s B A‖, row by row, the norm without a
/// gradient, as PEFT has it.
///
/// ΔH = (f − 1) ⊙ (y − bias) + f ⊙ s (x Aᵀ) B with f = m / ‖W + s B A‖ and y the frozen map's output. The
/// norms come from ‖W‖², A Wᵀ and A Aᵀ, so that W + s B A is never built.
///
/// Initialisation: A and B as LoRA, m the norms of the frozen rows, so that training starts at the
/// pre-trained network. Keeps a copy of the frozen weight. It rescales all of W, so it does not decompose into
/// subspaces.
public final class DoRA: OutputReading, WeightBinding, RowScaling {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "dora",
    summary: "LoRA on the direction of each weight row, and its magnitude; merged exactly",
    source: "Liu et al., DoRA, arXiv 2402.09353, as PEFT has it")

  let down: Parameter
  let up: Parameter
  private let magnitude: Parameter
  private let site: AdaptationSite
  let options: DoRAOptions
  /// W, [out, in], the bias, [out], and ‖W‖² by row.
  private var weight = Tensor.zeros([0, 0])
  private var bias = Tensor.zeros([0])
  private var squares = Tensor.zeros([0])

  /// `lora_A`, `lora_B` and `magnitude`.
  public let parameters: [Parameter]

  /// Makes the adapter of a linear map; the magnitudes follow when the weight is bound.
  ///
  /// - Throws: `DiagnosticError` when the rank is larger than the map.
  public init(site: AdaptationSite, options: DoRAOptions, generator: RandomGenerator) throws {
    try site.check(rank: options.rank)
    var generator = generator
    down = Parameter(
      "lora_A", .kaimingUniform([options.rank, site.inputWidth], using: &generator))
    up = Parameter("lora_B", .zeros([options.rank, site.outputWidth]))
    magnitude = Parameter("magnitude", .ones([site.outputWidth]))
    parameters = [down, up, magnitude]
    self.site = site
    self.options = options
  }

  /// Takes over the frozen weight and, the first time, starts the magnitudes at the norms of its rows.
  public func bind(weight: Tensor, bias: Tensor) {
    let isFirst = self.weight.count == 0
    self.weight = weight
    self.bias = bias
    squares = noGradient { weight.squared().sum(over: [1]) }
    if isFirst { magnitude.update(to: noGradient { squares.sqrt() }) }
  }

  /// ΔH with the map's own product computed here.
  public func delta(of x: Tensor, in pass: ForwardPass) -> Tensor {
    let input = pass.dropout(x, probability: options.dropout, stream: site.name)
    return delta(of: input, product: input.matmul(weight, transposingOther: true))
  }

  /// ΔH from the map's output; while dropout is on, the map's product of the dropped input counts, as in
  /// PEFT.
  public func delta(of x: Tensor, output: Tensor, in pass: ForwardPass) -> Tensor {
    pass.isTraining && options.dropout > 0
      ? delta(of: x, in: pass) : delta(of: x, product: output - bias)
  }

  private func delta(of x: Tensor, product: Tensor) -> Tensor {
    let f = factors
    return (product * (f - 1)).adding([
      ColumnUpdate(lowRank: x.projected(onto: down.value), scaledUp * f, column: 0)
    ])
  }

  /// f ⊙ (W + s B A) − W.
  public func weightChange() -> Tensor? {
    let sum = weight + scaledUp.matmul(down.value, transposingSelf: true)
    return sum * factors.reshaped([site.outputWidth, 1]) - weight
  }

  /// A, B with the scale in it, and m.
  public func rowScaledFactors() -> (directions: Tensor, basis: Tensor, magnitude: Tensor) {
    (down.value, scaledUp, magnitude.value)
  }

  /// m / ‖W + s B A‖, [out]; the norms are constants.
  private var factors: Tensor {
    let norms = noGradient { () -> Tensor in
      let (a, b) = (down.value, scaledUp)
      let cross = a.matmul(weight, transposingOther: true)
      let gram = a.matmul(a, transposingOther: true)
      let change = b * (cross.scaled(by: 2) + gram.matmul(b))
      return (squares + change.sum(over: [0])).sqrt()
    }
    return magnitude.value / norms
  }

  private var scaledUp: Tensor {
    let scale = Float(options.effectiveScale)
    return scale == 1 ? up.value : up.value.scaled(by: scale)
  }
}
