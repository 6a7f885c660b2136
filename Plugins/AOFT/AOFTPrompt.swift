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
    public var prompts: Int
    /// The factor of the prompts, which have norms near 1.
    public var scale: Double
    /// The norm of the vector.
    public var norm: AOFTOptions.Norm

    /// Makes options in code.
    public init(prompts: Int = 10, scale: Double = 1, norm: AOFTOptions.Norm = .free) {
      self.prompts = prompts
      self.scale = scale
      self.norm = norm
    }

    /// Reads the options of a recipe.
    public init(from reader: OptionReader) {
      prompts = reader.integer(
        "prompts", default: 10, in: 1...1024, help: "prompts a layer (10: our choice)")
      scale = reader.number(
        "scale", default: 1, in: 0...1e6, help: "the factor of the prompts (our choice)")
      norm = reader.choice(
        "norm", default: .free, help: "free, as in the paper, or unit: exactly orthogonal")
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
