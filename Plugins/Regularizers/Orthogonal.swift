import PETL

/// Orthogonality of the factors as AdaLoRA weighs it, ‖A Aᵀ − I‖² + ‖B Bᵀ − I‖².
///
/// Source: Zhang et al. (arXiv 2303.10512), equation 4, there PᵀP and QQᵀ of the factors P Λ Q.
/// What is trained is taken, without the adapter's scale: A and B of LoRA, Q and P of AdaLoRA. It
/// is the sum of squares and grows with the rank, unlike `weight-orthogonality`, which divides it.
/// The mean over sites instead of their sum is our choice.
public struct Orthogonal: Regularizer {
  /// The options of `Orthogonal`.
  public struct Options: PluginOptions {
    /// Which factors.
    public var of = WeightOrthogonality.Factors.both

    /// The defaults.
    public init() {}

    /// Declares the options.
    public mutating func visit(_ options: OptionReader) {
      options.choice("of", &of, help: "which factors: both (AdaLoRA), directions, basis")
    }
  }

  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "orthogonal", summary: "Distance of the factors from orthonormal rows, as AdaLoRA",
    source: "Zhang et al., AdaLoRA, arXiv 2303.10512, equation 4")

  private let options: Options

  /// Makes the regularizer.
  public init(options: Options = Options()) { self.options = options }

  /// Subspaces.
  public var needs: RegularizerNeeds { [.subspaces] }

  /// That there are no input directions where they are asked for.
  public func objection(to sites: [SiteTraits]) -> String? { options.of.objection(to: sites) }

  /// The mean over sites of the squared distances.
  public func penalty(in context: RegularizerContext) -> Tensor {
    context.mean(overSites: { site in
      factors(at: site).reduce(Tensor(0)) { sum, rows in
        let gram = rows.matmul(rows, transposingOther: true)
        return sum + (gram - DoubleMatrix(identity: gram.shape[0]).tensor).squared().sum()
      }
    })
  }

  /// The factors as they are trained; those of the subspaces where an adapter has no such
  /// parameters.
  private func factors(at site: SiteContext) -> [Tensor] {
    let subspaces = site.subspaces
    func trained(_ name: String, _ factor: Tensor?) -> Tensor? {
      let parameter = site.parameter(name)
      return parameter?.value.shape == factor?.shape ? parameter?.value : factor
    }
    return options.of.select(
      trained("lora_A", subspaces.directions), trained("lora_B", subspaces.basis)
    ).compactMap { $0 }
  }
}
