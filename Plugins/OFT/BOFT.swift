import PETL

/// BOFT (Liu et al., arXiv 2311.06243) as PEFT has it: the inputs of a frozen map are rotated by a product of
/// block-diagonal factors (`Butterfly`), and its outputs scaled, y = s ⊙ W (R x) + b.
///
/// Each factor is the exact Cayley transform of ½ (A − Aᵀ) by block. ΔH = s ⊙ (x (R − I)) Wᵀ + (s − 1) ⊙ x Wᵀ. It
/// does not decompose into subspaces: the scales work on all of W, and several factors mix the blocks.
///
/// PEFT without its kernel for GPUs makes one factor whatever `boft_n_butterfly_factor` says; here there are as
/// many as it says.
///
/// Initialisation (PEFT): A = 0 and s = 1, so that training starts at the pre-trained network. Keeps the frozen
/// weight.
public final class BOFT: OutputReading, WeightBinding {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "boft",
    summary: "The inputs of a map rotated by a butterfly of blocks, its outputs scaled",
    source: "Liu et al., BOFT, arXiv 2311.06243, as PEFT has it")

  private let rotation: Parameter
  private let scale: Parameter
  private let butterfly: Butterfly
  private let site: AdaptationSite
  let options: BOFTOptions
  /// W, [out, in], and the bias, [out]; nil before they are handed over.
  private var map: (weight: Tensor, bias: Tensor)?

  /// `boft_R`: the A of each factor, [factors, blocks, n, n]; and `boft_s`, [out].
  public let parameters: [Parameter]

  /// Makes the adapter of a linear map.
  ///
  /// - Throws: `DiagnosticError` when the blocks do not divide the inputs, or are too few for the factors.
  public init(site: AdaptationSite, options: BOFTOptions, generator: RandomGenerator) throws {
    let place = "site '\(site.name)'"
    let (count, size) = try options.sizes.blocks(of: site.inputWidth, at: place)
    guard size > 1 else {
      throw DiagnosticError(
        "blocks of one input at \(place) cannot be rotated",
        hints: ["expected boft_block_size of at least 2"])
    }
    butterfly = try Butterfly(blocks: count, size: size, factors: options.factors, at: place)
    rotation = Parameter("boft_R", .zeros([options.factors, count, size, size]))
    scale = Parameter("boft_s", .ones([site.outputWidth]), decays: false)
    parameters = [rotation, scale]
    (self.site, self.options) = (site, options)
  }

  /// Takes over the frozen weight.
  public func bind(weight: Tensor, bias: Tensor) { map = (weight, bias) }

  private var weight: Tensor { map?.weight ?? .zeros([site.outputWidth, site.inputWidth]) }
  private var bias: Tensor { map?.bias ?? .zeros([site.outputWidth]) }

  /// ΔH with the map's own product computed here.
  public func delta(of x: Tensor, in pass: ForwardPass) -> Tensor {
    delta(of: x, product: x.matmul(weight, transposingOther: true), in: pass)
  }

  /// ΔH from the map's output.
  public func delta(of x: Tensor, output: Tensor, in pass: ForwardPass) -> Tensor {
    delta(of: x, product: output - bias, in: pass)
  }

  private func delta(of x: Tensor, product: Tensor, in pass: ForwardPass) -> Tensor {
    let turned = butterfly.product(x, dropped(turns, in: pass)) - x
    return turned.matmul(weight, transposingOther: true) * scale.value
      + product * (scale.value - 1)
  }

  /// diag(s) W Rᵀ − W.
  public func weightChange() -> Tensor? {
    let width = site.inputWidth
    let rotated = butterfly.product(DoubleMatrix(identity: width).tensor, turns)
    let scaled = weight * scale.value.reshaped([site.outputWidth, 1])
    return scaled.matmul(rotated, transposingOther: true) - weight
  }

  /// R − I of each block of each factor.
  private var turns: Tensor {
    let a = rotation.value
    let n = butterfly.size
    let skew = (a - a.transposed()).scaled(by: 0.5).reshaped([-1, n, n])
    return Cayley.exact(skew).reshaped(a.shape)
  }

  /// The turns of a training pass: in one factor, drawn at random, a part of the blocks stays as it is, a whole
  /// number of them rounded down, as in PEFT.
  private func dropped(_ turns: Tensor, in pass: ForwardPass) -> Tensor {
    let (factors, blocks) = (butterfly.factors, butterfly.blocks)
    let count = Int(options.dropout * Double(blocks))
    guard pass.isTraining, count > 0 else { return turns }
    var generator = pass.generator.split("boft_dropout").split(site.name)
    let factor = generator.permutation(factors)[0]
    var mask = [Float](repeating: 1, count: factors * blocks)
    for block in generator.permutation(blocks).prefix(count) { mask[factor * blocks + block] = 0 }
    return turns * Tensor(mask, shape: [factors, blocks, 1, 1])
  }
}
