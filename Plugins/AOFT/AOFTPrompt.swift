import PETL

/// VPT with AOFT: the prompts of a layer are the first columns of the approximately orthogonal matrix of
/// one vector, [width], so their parameters do not depend on how many they are.
///
/// Source: AOFT (arXiv 2507.13260), known from secondary summaries; the factor and the initialisation are
/// our choice. Prompts change the network from the first step on, as VPT's do.
public final class AOFTPrompt: PromptAdapter {
  /// The options of `AOFTPrompt`.
  public struct Options: PluginOptions {
    /// How many prompts a layer has.
    public var prompts = 10
    /// The factor of the prompts, which have norms near 1.
    public var scale = 1.0
    /// The norm of the vector.
    public var norm = AOFTOptions.Norm.free

    /// The defaults.
    public init() {}

    /// Declares the options.
    public mutating func visit(_ options: OptionReader) {
      options.integer("prompts", &prompts, in: 1...1024, help: "prompts a layer (10: our choice)")
      options.number("scale", &scale, in: 0...1e6, help: "the factor of the prompts (our choice)")
      options.choice("norm", &norm, help: "free, as in the paper, or unit: exactly orthogonal")
    }
  }

  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "aoft-prompt", summary: "Prompts in every layer, generated from one vector a layer",
    source: "VPT-Deep with AOFT, arXiv 2507.13260 (from secondary summaries)")

  private let q: Parameter
  private let options: Options

  /// `q`.
  public var parameters: [Parameter] { [q] }

  /// Makes the prompts of a layer.
  ///
  /// - Throws: `DiagnosticError` when there are more prompts than a token has numbers.
  public init(site: AdaptationSite, options: Options, generator: RandomGenerator) throws {
    guard options.prompts <= site.outputWidth else {
      throw DiagnosticError(
        "\(options.prompts) prompts are more than the width of site '\(site.name)'",
        hints: ["expected at most \(site.outputWidth)"])
    }
    var generator = generator
    let start = ApproximatelyOrthogonal.start(
      .gaussian, count: site.outputWidth, using: &generator)
    q = Parameter("q", start, decays: false)
    self.options = options
  }

  /// s AO(q)ᵀ, [prompts, width].
  public func prompts(in pass: ForwardPass) -> Tensor {
    let columns = ApproximatelyOrthogonal(
      q.value, columns: options.prompts, isUnit: options.norm == .unit)
    return columns.transposed.scaled(by: Float(options.scale))
  }
}
