import PETL

/// Bi-AdaptFormer (Jie et al., arXiv 2307.16867): AdaptFormer without biases whose two weights have one bit an
/// element, ΔH = s · dropout(relu(x Dᵀ)) U with D and U rounded to two numbers each, from the residual stream x
/// before the MLP's norm.
///
/// D and U are [r, width] (U the transpose of PyTorch's); how they are rounded: mean ± 0.6745 deviation of the
/// weight. They are trained, and stored here, in full precision; the paper stores the bits.
///
/// Initialisation, as in the official code: D uniform in ±1/√width, U normal with deviation 0.001 within two
/// deviations, so that training starts near the pre-trained network.
///
/// As subspaces, S = dropout(relu(x Dᵀ)) and B = s U.
public final class BiAdaptFormer: SubspaceDecomposable {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "bi-adaptformer",
    summary: "An AdaptFormer of one bit for each element of its weights",
    source: "Jie et al., Binary adapters, arXiv 2307.16867, and its code")

  /// The MLP, as in the paper, and attention.
  public static let supportedSites: Set<AdaptationSite.Kind> = [.attention, .mlp]

  /// The MLP.
  public static func defaultSites(with options: BinaryOptions) -> [AdaptationSite.Kind] { [.mlp] }

  /// No: rounded weights are not zero.
  public var startsAtNetwork: Bool { false }

  private let down: Binarized
  private let up: Binarized
  private let site: AdaptationSite
  private let options: BinaryOptions

  /// `down` and `up`.
  public let parameters: [Parameter]

  /// Makes the adapter of a block.
  ///
  /// - Throws: `DiagnosticError` when the rank is larger than the width.
  public init(site: AdaptationSite, options: BinaryOptions, generator: RandomGenerator) throws {
    try site.check(rank: options.rank)
    let start = options.start(
      inputs: site.inputWidth, outputs: site.outputWidth, generator)
    down = Binarized(parameter: Parameter("down", start.down))
    up = Binarized(parameter: Parameter("up", start.up))
    parameters = [down.parameter, up.parameter]
    (self.site, self.options) = (site, options)
  }

  /// S = dropout(relu(x Dᵀ)), and B = s U.
  public func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    Subspaces(
      coefficients: pass.dropout(
        x.projected(onto: down.value).relu(), probability: options.dropout, stream: site.name),
      basis: up.value.scaled(by: Float(options.scale)), images: pass.images)
  }
}
