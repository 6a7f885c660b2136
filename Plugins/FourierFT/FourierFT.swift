import PETL

/// FourierFT (Gao et al., arXiv 2405.03003) as PEFT has it: ΔW is the real part of an inverse Fourier transform with
/// a few coefficients, times a factor; what is trained are the coefficients.
///
/// Their places are the first numbers of PyTorch's permutation of a seed (`TorchRandom`), so that maps of one shape
/// have the same waves, and PEFT's folders can be read.
///
/// It does not decompose: wave by wave it would be a sum of maps of rank two, but the waves are fixed, so that
/// how much two of them repeat each other does not depend on what is trained; and there are more of them than
/// channels. ΔW itself can be regularized.
///
/// Initialisation (PEFT): standard normal, so that training starts beside the pre-trained network, not at it;
/// `init_weights: true` starts at it.
public final class FourierFT: Adapter {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "fourierft",
    summary: "A change of weights with a few Fourier coefficients; merged exactly",
    source: "Gao et al., FourierFT, arXiv 2405.03003, as PEFT has it")

  private let spectrum: Parameter
  private let waves: FourierWaves
  let options: FourierFTOptions

  /// `fourierft_spectrum`, [waves].
  public let parameters: [Parameter]
  /// Whether all coefficients are 0 at first.
  public var startsAtNetwork: Bool { options.startsAtZero }

  /// Makes the adapter of a network of one site.
  ///
  /// - Throws: `DiagnosticError` when there are more waves than numbers in the map's weight.
  public convenience init(
    site: AdaptationSite, options: FourierFTOptions, generator: RandomGenerator
  ) throws {
    self.init(
      options: options, waves: try Self.waves(of: site, options), generator: generator)
  }

  private init(options: FourierFTOptions, waves: FourierWaves, generator: RandomGenerator) {
    var generator = generator
    let count = options.frequencies
    spectrum = Parameter(
      "fourierft_spectrum",
      options.startsAtZero ? .zeros([count]) : Tensor(generator.normal(count), shape: [count]))
    parameters = [spectrum]
    (self.waves, self.options) = (waves, options)
  }

  /// One table of waves for all sites of a shape.
  public static func attach(
    to sites: [AdaptationSite], options: FourierFTOptions, generator: RandomGenerator
  ) throws -> [AdapterSet.Entry] {
    var tables: [[Int]: FourierWaves] = [:]
    return try sites.map { site in
      let shape = [site.outputWidth, site.inputWidth]
      let waves = try tables[shape] ?? Self.waves(of: site, options)
      tables[shape] = waves
      return AdapterSet.Entry(
        site: site,
        adapter: FourierFT(
          options: options, waves: waves, generator: generator.split(site.name)))
    }
  }

  private static func waves(
    of site: AdaptationSite, _ options: FourierFTOptions
  ) throws -> FourierWaves {
    let (rows, columns) = (site.outputWidth, site.inputWidth)
    guard rows * columns < TorchRandom.longest else {
      throw DiagnosticError(
        "site '\(site.name)' (\(columns) → \(rows)) is too large for fourierft",
        hints: ["expected a weight of less than \(TorchRandom.longest) numbers"])
    }
    guard options.frequencies <= rows * columns else {
      throw DiagnosticError(
        "'n_frequency' \(options.frequencies) is more than the weight of site '\(site.name)' has numbers",
        hints: ["expected at most \(rows) · \(columns) = \(rows * columns)"])
    }
    var random = TorchRandom(seed: UInt64(options.seed))
    return FourierWaves(
      rows: rows, columns: columns,
      places: random.permutation(options.frequencies, of: rows * columns))
  }

  /// x ΔWᵀ.
  public func delta(of x: Tensor, in pass: ForwardPass) -> Tensor {
    x.matmul(change, transposingOther: true)
  }

  /// ΔW.
  public func weightChange() -> Tensor? { change }

  private var change: Tensor {
    waves.matrix(spectrum.value, scale: Float(options.scaling))
  }
}
