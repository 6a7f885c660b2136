/// The files of an adapter to start from: those of Examples/CustomAdapter under another name.
enum AdapterTemplate {
  /// The plugin.
  static func source(name: String, type: String) -> String {
    """
    import PETL

    /// A bottleneck beside a block, ΔH = tanh(x Dᵀ) U: AdaptFormer (Chen et al., arXiv 2205.13535) with
    /// tanh for ReLU and without biases, both our choice.
    ///
    /// D and U are [r, width]. Initialisation: D normal with variance 1 / width, U zero, so that training
    /// starts at the pre-trained network. The coefficients are tanh(x Dᵀ) and the basis is U, so that
    /// every regularizer applies.
    public final class \(type): SubspaceDecomposable {
      /// The options of `\(type)`.
      public struct Options: PluginOptions {
        /// The width of the bottleneck.
        public var rank = 8

        /// The defaults.
        public init() {}

        /// Declares the options.
        public mutating func visit(_ options: OptionReader) {
          options.integer(
            "rank", &rank, in: 1...4096, help: "the width of the bottleneck (8: our choice)")
        }
      }

      /// Its name, summary and source.
      public static let descriptor = PluginDescriptor(
        name: "\(name)", summary: "A bottleneck beside a block, with tanh",
        source: "our choice, after Chen et al., AdaptFormer, arXiv 2205.13535")

      /// Attention and the MLP.
      public static let supportedSites: Set<AdaptationSite.Kind> = [.attention, .mlp]

      /// The MLP.
      public static func defaultSites(with options: Options) -> [AdaptationSite.Kind] { [.mlp] }

      /// D, [r, width].
      private let down: Parameter
      /// U, [r, width].
      private let up: Parameter

      /// `down` and `up`.
      public var parameters: [Parameter] { [down, up] }

      /// Makes the adapter of a block.
      ///
      /// - Throws: `DiagnosticError` when the rank is larger than the width.
      public init(site: AdaptationSite, options: Options, generator: RandomGenerator) throws {
        let width = site.inputWidth
        try site.check(rank: options.rank)
        var generator = generator
        let start = Tensor.normal(
          [options.rank, width], deviation: 1 / Float(width).squareRoot(), using: &generator)
        down = Parameter("down", start)
        up = Parameter("up", .zeros([options.rank, site.outputWidth]))
      }

      /// tanh(x Dᵀ) and U.
      public func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
        Subspaces(
          coefficients: x.projected(onto: down.value).tanh(), basis: up.value, images: pass.images)
      }
    }

    """
  }

  /// Its test.
  static func test(type: String) -> String {
    """
    import PETLTesting
    import \(type)
    import Testing

    @Test(.serialized, arguments: [1, 3]) func keepsTheLaws(rank: Int) {
      let findings = Conformance.checkEverywhere(
        adapter: \(type).self, options: \(type).Options { $0.rank = rank })
      #expect(findings == [:])
    }

    """
  }
}
