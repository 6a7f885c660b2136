import PETL

/// RandLoRA (Albert et al., arXiv 2502.00987, as PEFT has it): ΔW = c Σⱼ Bⱼ Λⱼ A Γⱼ with A and all Bⱼ frozen,
/// random and shared by all sites.
///
/// Only the diagonals Λ, r numbers for each of the n bases, and Γ, one for each of the smaller width and basis,
/// are trained. n = ⌈smaller width / r⌉, so that ΔW can have any rank; c = alpha / r.
///
/// Λ and Γ work on the side of the smaller width, inputs or outputs. Bases are `randlora_A` [r, 1, smaller
/// width] and `randlora_B` [larger width, n, r]; a site takes the first rows and columns, and they are stored
/// with the adapters. PEFT lays the r · n rows of A out by rank, then basis, and the columns of B by basis, then
/// rank: row t of A meets column t of B, which is what is computed here, too.
///
/// ΔH is the sum of n · r rank-one maps, at least as many as the smaller width; r of one Bⱼ form a subspace.
///
/// Initialisation (PEFT): Λ zero, Γ 1 / the smaller width, A and B uniform with a mean square of about 1 (their
/// deviation is made 1), or −1, 0 and 1 where they are sparse.
public final class RandLoRA: SubspaceDecomposable {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "randlora", summary: "A full-rank update from frozen random bases; merged exactly",
    source: "Albert et al., RandLoRA, arXiv 2502.00987, as PEFT has it")

  private let bases: RandomBases
  private let ranks: Parameter
  private let columns: Parameter
  private let site: AdaptationSite
  let options: RandLoRAOptions

  /// `randlora_lambda` [r, n], `randlora_gamma` [n, smaller width], and the shared constants `randlora_A` and
  /// `randlora_B`.
  public let parameters: [Parameter]

  /// Makes the adapter of a network of one site.
  public convenience init(
    site: AdaptationSite, options: RandLoRAOptions, generator: RandomGenerator
  ) {
    self.init(
      site: site, options: options,
      bases: RandomBases(sites: [site], options: options, generator: generator))
  }

  private init(site: AdaptationSite, options: RandLoRAOptions, bases: RandomBases) {
    let width = min(site.inputWidth, site.outputWidth)
    let count = RandomBases.count(width: width, rank: options.rank)
    ranks = Parameter("randlora_lambda", .zeros([options.rank, count]))
    columns = Parameter(
      "randlora_gamma",
      Tensor(repeating: 1 / Float(max(width, count)), shape: [count, width]))
    self.bases = bases
    parameters = [ranks, columns, bases.small, bases.large]
    (self.site, self.options) = (site, options)
  }

  /// The same bases for all sites.
  public static func attach(
    to sites: [AdaptationSite], options: RandLoRAOptions, generator: RandomGenerator
  ) throws -> [AdapterSet.Entry] {
    let bases = RandomBases(sites: sites, options: options, generator: generator)
    return sites.map {
      AdapterSet.Entry(site: $0, adapter: RandLoRA(site: $0, options: options, bases: bases))
    }
  }

  /// S = dropout(x) Aᵀ and B of the site.
  public func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    let (directions, basis) = factors
    let input = pass.dropout(x, probability: options.dropout, stream: site.name)
    return Subspaces(
      coefficients: input.projected(onto: directions), basis: basis, directions: directions,
      images: pass.images, dimension: options.rank)
  }

  /// The n · r directions and basis vectors, with the factor in the latter.
  public func linearFactors() -> (directions: Tensor, basis: Tensor)? { factors }

  private var factors: (directions: Tensor, basis: Tensor) {
    let (a, b) = Self.factors(
      small: bases.small.value, large: bases.large.value, ranks: ranks.value,
      columns: columns.value, inputs: site.inputWidth, outputs: site.outputWidth)
    return (a, b.scaled(by: Float(options.alpha / Double(options.rank))))
  }

  /// - Parameters:
  ///   - small: [r, 1, smaller width or more].
  ///   - large: [larger width or more, n or more, r].
  ///   - ranks: Λ, [r, n].
  ///   - columns: Γ, [n, smaller width].
  ///   - inputs: the map's.
  ///   - outputs: the map's.
  /// - Returns: the directions, [n r, in], and the basis, [n r, out], without the factor.
  static func factors(
    small: Tensor, large: Tensor, ranks: Tensor, columns: Tensor, inputs: Int, outputs: Int
  ) -> (directions: Tensor, basis: Tensor) {
    let (r, n) = (ranks.shape[0], ranks.shape[1])
    let (least, most) = (min(inputs, outputs), max(inputs, outputs))
    let scaled =
      (first(least, of: small, axis: 2) * ranks.reshaped([r, n, 1])
      * columns.reshaped([1, n, least])).reshaped([r * n, least])
    let plain = first(n, of: first(most, of: large, axis: 0), axis: 1)
      .reshaped([most, n * r]).transposed()
    return least == inputs ? (scaled, plain) : (plain, scaled)
  }

  private static func first(_ count: Int, of x: Tensor, axis: Int) -> Tensor {
    x.shape[axis] == count ? x : x.sliced(axis: axis, 0..<count)
  }
}
