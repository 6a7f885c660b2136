import PETL

/// FacT-TT (Jie and Deng, arXiv 2212.03145): the updates of all of a network's maps are one tensor of
/// matrices in tensor-train form, ΔW = s · U Σ V for each matrix.
///
/// U and V, [r, width], are shared by all layers and maps; Σ, [r, r], belongs to a matrix. A map of the MLP is
/// as many matrices as its width is larger: fc1 has Σ [4r, r] and fc2 [r, 4r] where that is four times. A
/// network of several widths (Swin) has U and V for each: our reading.
///
/// Initialisation, as in the official code: V zero, so that training starts at the pre-trained network; U and Σ
/// uniform in ±1/√in (`nn.Linear`'s default).
///
/// As subspaces, S = dropout(x Aᵀ) with A from U and Σ, and B from s V: r of them, 4r at fc1.
public final class FacTTT: SubspaceDecomposable {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "fact-tt",
    summary: "One tensor-train for the updates of all layers' maps; merged exactly",
    source: "Jie and Deng, FacT, arXiv 2212.03145, and its code")

  /// All linear maps, as in the paper.
  public static func defaultSites(with options: FacTOptions) -> [AdaptationSite.Kind] {
    AdaptationSite.Kind.usual.filter(\.isLinear)
  }

  private let sigma: Parameter
  private let factors: FacTFactors
  private let slices: FacTSlices
  private let site: AdaptationSite
  private let options: FacTOptions

  /// `sigma`, and the shared `fact_u` and `fact_v`.
  public let parameters: [Parameter]

  /// Makes the adapter of a network of one site.
  ///
  /// - Throws: `DiagnosticError` when the rank is larger than the map.
  public convenience init(
    site: AdaptationSite, options: FacTOptions, generator: RandomGenerator
  ) throws {
    let shared = try FacTFactors.shared(by: [site], rank: options.rank, generator)
    self.init(site, options, shared, generator)
  }

  private init(
    _ site: AdaptationSite, _ options: FacTOptions, _ shared: [Int: FacTFactors],
    _ generator: RandomGenerator
  ) {
    let (slices, r) = (FacTSlices(of: site), options.rank)
    guard let factors = shared[slices.width] else {
      stopProgram("There are no factors for the width \(slices.width) of site '\(site.name)'.")
    }
    var generator = generator.split("sigma")
    let long = slices.count * r
    let shape = slices.cutsOutputs ? [long, r] : [r, long]
    sigma = Parameter("sigma", .kaimingUniform(shape, using: &generator))
    parameters = [sigma, factors.down, factors.up]
    (self.site, self.options, self.slices, self.factors) = (site, options, slices, factors)
  }

  /// The same U and V for all sites of a width.
  ///
  /// - Throws: `DiagnosticError` when the rank is larger than a map.
  public static func attach(
    to sites: [AdaptationSite], options: FacTOptions, generator: RandomGenerator
  ) throws -> [AdapterSet.Entry] {
    let shared = try FacTFactors.shared(by: sites, rank: options.rank, generator)
    return sites.map {
      AdapterSet.Entry(
        site: $0, adapter: FacTTT($0, options, shared, generator.split($0.name)))
    }
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
    slices.linearFactors(sigma: sigma.value, factors, scale: options.scale)
  }
}
