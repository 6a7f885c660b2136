import PETL

/// AdaLoRA (Zhang et al., arXiv 2303.10512): ΔH = c · x Qᵀ Λ P with Q [r, in], Λ diagonal and P [r, out],
/// whose ranks are shared out among the sites while it trains (`RankAllocator`).
///
/// Initialisation as PEFT's: Q and P normal with deviation 0.02, Λ zero, so that training starts at the
/// pre-trained network. `lora_A` is Q, `lora_E` the diagonal of Λ, `lora_B` is P, the transpose of PEFT's.
/// A rank that is taken away has a zero in `lora_E`.
public final class AdaLoRA: SubspaceDecomposable {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "adalora", summary: "A low-rank update whose ranks go where they matter",
    source: "Zhang et al., AdaLoRA, arXiv 2303.10512; details as PEFT")

  let down: Parameter
  let diagonal: Parameter
  let up: Parameter
  let site: AdaptationSite
  let options: AdaLoRAOptions

  /// `lora_A`, `lora_E` and `lora_B`.
  public let parameters: [Parameter]

  /// Makes the adapter of a linear map.
  ///
  /// - Throws: `DiagnosticError` when the rank is larger than the map.
  public init(site: AdaptationSite, options: AdaLoRAOptions, generator: RandomGenerator) throws {
    try site.check(rank: options.initialRank)
    let rank = options.initialRank
    func normal(_ name: String, _ width: Int) -> Parameter {
      var stream = generator.split(name)
      return Parameter(
        name, Tensor(stream.normal(rank * width, deviation: 0.02), shape: [rank, width]))
    }
    down = normal("lora_A", site.inputWidth)
    diagonal = Parameter("lora_E", .zeros([rank]))
    up = normal("lora_B", site.outputWidth)
    parameters = [down, diagonal, up]
    (self.site, self.options) = (site, options)
  }

  /// S = dropout(x) Qᵀ, and Λ P with the factor in it.
  public func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    let input = pass.dropout(x, probability: options.dropout, stream: site.name)
    return Subspaces(
      coefficients: input.projected(onto: down.value), basis: basis, directions: down.value,
      images: pass.images)
  }

  /// Q, and Λ P with the factor in it.
  public func linearFactors() -> (directions: Tensor, basis: Tensor)? { (down.value, basis) }

  /// Λ P with the factor in it, [r, out].
  private var basis: Tensor {
    diagonal.value.reshaped([options.initialRank, 1]) * up.value.scaled(by: Float(options.factor))
  }
}

extension AdaLoRA: RuleBringing {
  /// What shares out the ranks.
  public static func rules(for entries: [AdapterSet.Entry]) throws -> [any TrainingRule] {
    let options = (entries.first?.adapter as? AdaLoRA)?.options ?? AdaLoRAOptions()
    return [RankAllocator(options: options)]
  }
}
