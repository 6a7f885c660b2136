import PETL

/// DeLoRA (Bini et al., arXiv 2503.18225, as PEFT has it): ΔW = B Ξ A diag(w) with
/// Ξᵢ = λ / (r ‖Aᵢ‖ ‖Bᵢ‖).
///
/// So λ, which is trained too, bounds how far the weight moves, whatever the size of A and B. w is the norm of the frozen weight's column of each input.
///
/// A sum of r rank-one maps of equal strength λ / r, with Aᵢ ∘ w as directions. Norms below 10⁻⁴ count as 10⁻⁴
/// (PEFT).
///
/// Initialisation (PEFT): A Kaiming uniform with a = √5, B zero, so that training starts at the pre-trained
/// network (the paper subtracts a copy of a start that is not zero), λ = 15. `delora_B` is stored as [r, out],
/// the transpose of PEFT's.
public final class DeLoRA: SubspaceDecomposable, WeightBinding {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "delora", summary: "A low-rank update of bounded strength, by normalised directions",
    source: "Bini et al., DeLoRA, arXiv 2503.18225, as PEFT has it")

  private let down: Parameter
  private let up: Parameter
  private let strength: Parameter
  private let norms: Parameter
  private let site: AdaptationSite
  let options: DeLoRAOptions
  private var isBound = false

  /// `delora_A`, `delora_B`, `delora_lambda` [1], and the constant `delora_w_norm` [in].
  public let parameters: [Parameter]

  /// Makes the adapter of a linear map; the norms follow when the weight is bound.
  ///
  /// - Throws: `DiagnosticError` when the rank is larger than the map.
  public init(site: AdaptationSite, options: DeLoRAOptions, generator: RandomGenerator) throws {
    try site.check(rank: options.rank)
    var generator = generator
    down = Parameter(
      "delora_A", .kaimingUniform([options.rank, site.inputWidth], using: &generator))
    up = Parameter("delora_B", .zeros([options.rank, site.outputWidth]))
    strength = Parameter("delora_lambda", Tensor([Float(options.lambda)]))
    norms = Parameter("delora_w_norm", .ones([site.inputWidth]), isTrained: false)
    parameters = [down, up, strength, norms]
    (self.site, self.options) = (site, options)
  }

  /// Takes the norms of the frozen weight's columns, the first time.
  public func bind(weight: Tensor, bias: Tensor) {
    guard !isBound else { return }
    isBound = true
    norms.update(to: noGradient { weight.norm(over: [0]) })
  }

  /// The start: the norms are stored.
  public var weightUse: WeightUse { .start }

  /// S = dropout(x) (A ∘ w)ᵀ, and Ξ B.
  public func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    let (directions, basis) = factors
    let input = pass.dropout(x, probability: options.dropout, stream: site.name)
    return Subspaces(
      coefficients: input.projected(onto: directions), basis: basis, directions: directions,
      images: pass.images)
  }

  /// A ∘ w, and Ξ B.
  public func linearFactors() -> (directions: Tensor, basis: Tensor)? { factors }

  private var factors: (directions: Tensor, basis: Tensor) {
    Self.factors(
      down.value, basis: up.value, strength: strength.value, norms: norms.value)
  }

  /// - Parameters:
  ///   - a: A, [r, in].
  ///   - basis: B, [r, out].
  ///   - strength: λ, [1].
  ///   - norms: w, [in].
  /// - Returns: A ∘ w, and Ξ B.
  static func factors(
    _ a: Tensor, basis: Tensor, strength: Tensor, norms: Tensor
  ) -> (directions: Tensor, basis: Tensor) {
    let rank = a.shape[0]
    func size(_ x: Tensor) -> Tensor {
      x.norm(over: [1], keepingAxes: true).clamped(to: 1e-4...Float.greatestFiniteMagnitude)
    }
    let factor = strength.scaled(by: 1 / Float(rank)).reshaped([1, 1]) / (size(a) * size(basis))
    return (a * norms, basis * factor)
  }
}
