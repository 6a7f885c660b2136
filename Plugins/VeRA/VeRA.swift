import PETL

/// VeRA (Kopiczko et al., arXiv 2310.11454): ΔH = b ⊙ ((x Aᵀ ⊙ d) B), A and B frozen, random and shared by
/// all sites, as PEFT has it; only d, [r], and b, [out], are trained.
///
/// A site takes the first columns of A, [r, widest input], and of B, [r, widest output]. They are stored with the
/// adapter. Initialisation (PEFT): A and B `kaiming_uniform_` with a = 0, d = 0.1, b = 0.
public final class VeRA: SubspaceDecomposable {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "vera", summary: "Frozen random projections shared by all sites, two trained scales each",
    source: "Kopiczko et al., VeRA, arXiv 2310.11454, as PEFT has it")

  /// A and B, which all sites share.
  private struct Projections {
    let down: Parameter
    let up: Parameter
  }

  private let shared: Projections
  /// d.
  private let inner: Parameter
  /// b.
  private let outer: Parameter
  private let site: AdaptationSite
  let options: VeRAOptions

  /// `vera_lambda_d`, `vera_lambda_b`, and the shared constants `vera_A` and `vera_B`.
  public let parameters: [Parameter]

  /// Makes the adapter of a network of one site.
  public convenience init(
    site: AdaptationSite, options: VeRAOptions, generator: RandomGenerator
  ) {
    self.init(
      site: site, options: options, projections: Self.projections([site], options, generator))
  }

  private init(site: AdaptationSite, options: VeRAOptions, projections: Projections) {
    self.site = site
    self.options = options
    let d = Tensor(repeating: Float(options.start), shape: [options.rank])
    inner = Parameter("vera_lambda_d", d)
    outer = Parameter("vera_lambda_b", .zeros([site.outputWidth]))
    shared = projections
    parameters = [inner, outer, shared.down, shared.up]
  }

  /// The same projections for all sites.
  public static func attach(
    to sites: [AdaptationSite], options: VeRAOptions, generator: RandomGenerator
  ) throws -> [AdapterSet.Entry] {
    let shared = projections(sites, options, generator)
    return sites.map {
      AdapterSet.Entry(
        site: $0, adapter: VeRA(site: $0, options: options, projections: shared))
    }
  }

  /// Uniform with the bound √(6 / columns) of PyTorch's shapes, A [r, in] and B [out, r].
  private static func projections(
    _ sites: [AdaptationSite], _ options: VeRAOptions, _ generator: RandomGenerator
  ) -> Projections {
    var generator = generator.split("vera")
    func uniform(_ columns: Int, fanIn: Int) -> Tensor {
      let bound = (6 / Float(fanIn)).squareRoot()
      let values = generator.uniform(options.rank * columns, in: -bound..<bound)
      return Tensor(values, shape: [options.rank, columns])
    }
    let inputs = sites.map(\.inputWidth).max() ?? 1
    let outputs = sites.map(\.outputWidth).max() ?? 1
    func constant(_ name: String, _ value: Tensor) -> Parameter {
      Parameter(name, value, isTrained: false, isShared: true)
    }
    return Projections(
      down: constant("vera_A", uniform(inputs, fanIn: inputs)),
      up: constant("vera_B", uniform(outputs, fanIn: options.rank)))
  }

  /// S = dropout(x) Aᵀ ⊙ d and B ⊙ b.
  public func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    let input = pass.dropout(x, probability: options.dropout, stream: site.name)
    let directions = first(site.inputWidth, of: shared.down.value)
    return Subspaces(
      coefficients: input.projected(onto: directions) * inner.value, basis: basis,
      directions: directions * inner.value.reshaped([options.rank, 1]),
      images: pass.images)
  }

  /// d ⊙ A and B ⊙ b.
  public func linearFactors() -> (directions: Tensor, basis: Tensor)? {
    let directions = first(site.inputWidth, of: shared.down.value)
    return (directions * inner.value.reshaped([options.rank, 1]), basis)
  }

  private var basis: Tensor {
    first(site.outputWidth, of: shared.up.value) * outer.value
  }

  private func first(_ width: Int, of x: Tensor) -> Tensor {
    x.shape[1] == width ? x : x.sliced(axis: 1, 0..<width)
  }
}

/// The options of `VeRA`.
public struct VeRAOptions: PluginOptions {
  /// The rank of the projections.
  public var rank = 256
  /// The initial d.
  public var start = 0.1
  /// The probability that an input is dropped while training.
  public var dropout = 0.0

  /// The defaults.
  public init() {}

  /// Declares the options.
  public mutating func visit(_ options: OptionReader) {
    options.integer("rank", &rank, in: 1...4096, help: "the projections' rank")
    options.number("start", &start, in: -1e6...1e6, help: "the initial d, PEFT's d_initial")
    options.number(
      "dropout", &dropout, in: 0...0.99,
      help: "the probability of dropout of inputs while training")
  }
}
