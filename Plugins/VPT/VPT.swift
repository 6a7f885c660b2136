import PETL

/// Visual prompt tuning (Jia et al., arXiv 2203.12119): trained tokens after the class token, at the first
/// layer only (shallow), or fresh ones in their place at every layer (deep).
///
/// Initialisation (official code): uniform in ±√(6 / (3 P² + D)), P the side of a patch. Prompts change the
/// network from the first step on.
public final class VPT: PromptAdapter {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "vpt", summary: "Trained prompt tokens, in the first layer or in every layer",
    source: "Jia et al., VPT, arXiv 2203.12119, and its code")

  /// [prompts, width].
  private let prompts: Parameter
  private let site: AdaptationSite
  private let options: VPTOptions

  /// `prompts`.
  public var parameters: [Parameter] { [prompts] }

  /// Makes the prompts of a layer.
  public init(site: AdaptationSite, options: VPTOptions, generator: RandomGenerator) {
    var generator = generator
    let patch = options.patchSize
    let bound = (6 / Float(3 * patch * patch + site.outputWidth)).squareRoot()
    let values = generator.uniform(options.prompts * site.outputWidth, in: -bound..<bound)
    prompts = Parameter("prompts", Tensor(values, shape: [options.prompts, site.outputWidth]))
    self.site = site
    self.options = options
  }

  /// Every layer's, or the first site's alone.
  public static func attach(
    to sites: [AdaptationSite], options: VPTOptions, generator: RandomGenerator
  ) throws -> [AdapterSet.Entry] {
    (options.deep ? sites : Array(sites.prefix(1))).map { site in
      AdapterSet.Entry(
        site: site,
        adapter: VPT(site: site, options: options, generator: generator.split(site.name)))
    }
  }

  /// The prompts, with dropout while training.
  public func prompts(in pass: ForwardPass) -> Tensor {
    pass.weightDropout(prompts.value, probability: options.dropout, stream: site.name)
  }
}

/// The options of `VPT`.
public struct VPTOptions: PluginOptions {
  /// How many prompts a layer has.
  public var prompts = 10
  /// Whether every layer has prompts of its own.
  public var deep = true
  /// The probability that a prompt's number is dropped while training.
  public var dropout = 0.0
  /// The side of a patch, for the initialisation's bound.
  public var patchSize = 16

  /// The defaults.
  public init() {}

  /// Declares the options.
  public mutating func visit(_ options: OptionReader) {
    options.integer(
      "prompts", &prompts, in: 1...1024,
      help: "prompts a layer; the paper tunes 1 to 200 for each task (10: our choice)")
    options.boolean(
      "deep", &deep,
      help: "prompts of its own for every layer, not for the first of its layers alone")
    options.number(
      "dropout", &dropout, in: 0...0.99,
      help: "the probability of dropout of prompts (0: our choice)")
    options.integer(
      "patch_size", &patchSize, in: 1...1024, help: "the side P of a patch, in the initial bound")
  }
}
