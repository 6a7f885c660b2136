/// The files of a regularizer to start from.
enum RegularizerTemplate {
  /// The plugin.
  static func source(name: String, type: String) -> String {
    """
    import PETL

    /// The mean over pairs of |ρ| to a power, ρ the correlation of two coefficients over a batch's tokens.
    ///
    /// Replace it by a measure of your own: any differentiable scalar of the subspaces, 0 when they share
    /// nothing. `Subspaces` has the Gram matrices of coefficients and basis, each computed at most once.
    public struct \(type): RedundancyRegularizer {
      /// The options of `\(type)`.
      public struct Options: PluginOptions {
        /// How hard large correlations count.
        public var power = 2.0

        /// The defaults.
        public init() {}

        /// Declares the options.
        public mutating func visit(_ options: OptionReader) {
          options.number(
            "power", &power, in: 1...8, help: "how hard large correlations count (our choice)")
        }
      }

      /// Its name, summary and source.
      public static let descriptor = PluginDescriptor(
        name: "\(name)", summary: "The mean |ρ| of coefficients, to a power", source: "our choice")

      private let power: Double

      /// Makes the regularizer.
      public init(options: Options) { power = options.power }

      /// The value of one site.
      public func penalty(on subspaces: Subspaces) -> Tensor {
        subspaces.centeredCoefficientGram.correlation().offDiagonalMean(exponent: power)
      }
    }

    """
  }

  /// Its test.
  static func test(type: String) -> String {
    """
    import \(type)
    import PETLTesting
    import Testing

    @Test(.serialized, arguments: [1.0, 2.0]) func keepsTheLaws(power: Double) {
      let findings = Conformance.check(
        regularizer: \(type).self, options: \(type).Options { $0.power = power })
      #expect(findings == [])
    }

    """
  }
}
