import PETL

/// O-LoRA: the directions of an adapter stay orthogonal to those of earlier adapters, Σ |A A_refᵀ|.
///
/// Source: Wang et al. (arXiv 2310.14152), the orthogonal loss of section 3: the sum over earlier
/// tasks and over entries of the product of the two factors on the side of the input. The paper
/// squares the entries, the authors' code takes their absolute value: `power` says which. The mean
/// over the sites where an earlier adapter is, and comparing bases as well, are our choice. Lengths
/// count, as there: the value falls also when A gets smaller.
public struct OLoRA: Regularizer {
  /// The options of `OLoRA`.
  public struct Options: PluginOptions {
    /// The earlier adapters: folders of runs, PEFT folders or files of adapters.
    public var reference: [String] = []
    /// Which factors.
    public var of = WeightOrthogonality.Factors.directions
    /// The power of an entry's absolute value.
    public var power = 1

    /// The defaults, which name no earlier adapter.
    public init() {}

    /// Declares the options.
    public mutating func visit(_ options: OptionReader) {
      options.paths(
        "reference", &reference,
        help: "the earlier adapters: folders of runs, PEFT folders or files of adapters")
      options.choice(
        "of", &of, help: "which factors: directions (O-LoRA), basis, both (our choice)")
      options.integer(
        "power", &power, in: 1...2, help: "1: the authors' code, 2: the paper's squares")
    }
  }

  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "o-lora", summary: "Directions orthogonal to those of earlier adapters",
    source: "Wang et al., O-LoRA, arXiv 2310.14152; power: 1 as the authors' code")

  private let options: Options

  /// Makes the regularizer.
  ///
  /// - Throws: `DiagnosticError` when no earlier adapter is named.
  public init(options: Options) throws {
    guard !options.reference.isEmpty else {
      throw DiagnosticError(
        "o-lora compares with earlier adapters, and 'reference' names none",
        hints: ["write reference: [runs/first], with a run's folder or an adapter's"])
    }
    self.options = options
  }

  /// Subspaces.
  public var needs: RegularizerNeeds { [.subspaces] }
  /// The earlier adapters.
  public var references: [String] { options.reference }

  /// That there are no input directions where they are asked for.
  public func objection(to sites: [SiteTraits]) -> String? { options.of.objection(to: sites) }

  /// The mean over sites of the sum over earlier adapters and entries; logs `overlap`, the mean
  /// |cosine|.
  public func penalty(in context: RegularizerContext) -> Tensor {
    let pairs = context.sites.map(compared).filter { !$0.isEmpty }
    for (own, other) in pairs.joined() {
      context.log("overlap", Double(own.cosines(with: other).abs().mean().item))
    }
    return context.mean(
      of: pairs.map { pairs in
        pairs.reduce(Tensor(0)) { sum, pair in
          let entries = pair.own.matmul(pair.other, transposingOther: true)
          return sum + (options.power == 1 ? entries.abs() : entries.squared()).sum()
        }
      })
  }

  /// The rows that are compared at a site; an adapter that takes another input has none there.
  private func compared(at site: SiteContext) -> [(own: Tensor, other: Tensor)] {
    let own = options.of.rows(of: site.subspaces)
    return site.references.flatMap { reference in
      zip(own, options.of.select(reference.directions, reference.basis))
        .filter { $0.shape[1] == $1.shape[1] }.map { ($0, $1) }
    }
  }
}
