import PETL

/// FacT-TK (Jie and Deng, arXiv 2212.03145): the updates of all of a network's maps are one tensor of
/// matrices in Tucker form, ΔW = s · U Σ V with Σ = Σₖ C[:, :, k] P[k, m] for the m-th matrix.
///
/// U and V, [r, width], the core C, [r, r, r], and P, [r, matrices], are shared by all layers and maps. A
/// layer's query, key, value and output are one matrix each, its fc1 and fc2 as many as they are wider: 12 a
/// layer where that is four times. A network of several widths (Swin) has all four for each: our reading. The
/// official code puts the four matrices of an MLP map together in another order of Σ's numbers (it reshapes
/// [r, r, 4] as it lies); ours is the paper's, each matrix by itself.
///
/// Initialisation, as in the official code: V zero, so that training starts at the pre-trained network; U
/// uniform in ±1/√width, C and P Xavier uniform (±√3 / r and ±√(6 / (r + matrices))).
///
/// As subspaces, S = dropout(x Aᵀ) with A from U and Σ, and B from s V: r of them, 4r at fc1.
public final class FacTTK: SubspaceDecomposable {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "fact-tk",
    summary: "One Tucker tensor for the updates of all layers' maps; merged exactly",
    source: "Jie and Deng, FacT, arXiv 2212.03145, and its code")

  /// All linear maps, as in the paper.
  public static func defaultSites(with options: FacTOptions) -> [AdaptationSite.Kind] {
    AdaptationSite.Kind.usual.filter(\.isLinear)
  }

  /// What all maps of a width share.
  private struct Shared {
    let factors: FacTFactors
    /// C.
    let core: Parameter
    /// P.
    let mixing: Parameter
  }

  private let shared: Shared
  private let slices: FacTSlices
  /// The site's first column of P.
  private let column: Int
  private let site: AdaptationSite
  private let options: FacTOptions

  /// The shared `fact_u`, `fact_v`, `fact_c` and `fact_p`.
  public let parameters: [Parameter]

  /// Makes the adapter of a network of one site.
  ///
  /// - Throws: `DiagnosticError` when the rank is larger than the map.
  public convenience init(
    site: AdaptationSite, options: FacTOptions, generator: RandomGenerator
  ) throws {
    let shared = try Self.shared(by: [site], options, generator)
    self.init(site, options, shared[FacTSlices(of: site).width], column: 0)
  }

  private init(
    _ site: AdaptationSite, _ options: FacTOptions, _ shared: Shared?, column: Int
  ) {
    guard let shared else {
      stopProgram("There are no factors for the width of site '\(site.name)'.")
    }
    let factors = shared.factors
    parameters = [factors.down, factors.up, shared.core, shared.mixing]
    (self.site, self.options, self.shared, self.column) = (site, options, shared, column)
    slices = FacTSlices(of: site)
  }

  /// The same tensor for all sites of a width, each with its columns of P.
  ///
  /// - Throws: `DiagnosticError` when the rank is larger than a map.
  public static func attach(
    to sites: [AdaptationSite], options: FacTOptions, generator: RandomGenerator
  ) throws -> [AdapterSet.Entry] {
    let shared = try shared(by: sites, options, generator)
    var next: [Int: Int] = [:]
    return sites.map { site in
      let slices = FacTSlices(of: site)
      let column = next[slices.width] ?? 0
      next[slices.width] = column + slices.count
      return AdapterSet.Entry(
        site: site, adapter: FacTTK(site, options, shared[slices.width], column: column))
    }
  }

  private static func shared(
    by sites: [AdaptationSite], _ options: FacTOptions, _ generator: RandomGenerator
  ) throws -> [Int: Shared] {
    let r = options.rank
    let all = sites.map(FacTSlices.init)
    let factors = try FacTFactors.shared(by: sites, rank: r, generator)
    return Dictionary(
      uniqueKeysWithValues: factors.map { width, factors in
        let matrices = all.filter { $0.width == width }.reduce(0) { $0 + $1.count }
        var stream = generator.split("fact_c\(factors.suffix)")
        let bound = Float(3).squareRoot() / Float(r)
        let core = Tensor(stream.uniform(r * r * r, in: -bound..<bound), shape: [r, r, r])
        let mixing = Tensor.xavierUniform([r, matrices], using: &stream)
        return (
          width,
          Shared(
            factors: factors,
            core: Parameter("fact_c\(factors.suffix)", core, isShared: true),
            mixing: Parameter("fact_p\(factors.suffix)", mixing, isShared: true))
        )
      })
  }

  /// S = dropout(x Aᵀ), and B with the scale in it.
  public func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    let (directions, basis) = linear
    return Subspaces(
      coefficients: pass.dropout(
        x.projected(onto: directions), probability: options.dropout, stream: site.name),
      basis: basis, directions: directions, images: pass.images)
  }

  /// A and B.
  public func linearFactors() -> (directions: Tensor, basis: Tensor)? { linear }

  private var linear: (directions: Tensor, basis: Tensor) {
    slices.linearFactors(sigma: sigma, shared.factors, scale: options.scale)
  }

  /// Σ of the site's matrices, from the coefficients of U to those of V: [count r, r] or [r, count r].
  private var sigma: Tensor {
    let (r, count) = (options.rank, slices.count)
    let columns = shared.mixing.value.sliced(axis: 1, column..<column + count)
    // [r of U, r of V, matrices].
    let matrices = shared.core.value.matmul(columns)
    return slices.cutsOutputs
      ? matrices.transposed([2, 1, 0]).reshaped([count * r, r])
      : matrices.transposed([1, 2, 0]).reshaped([r, count * r])
  }
}
