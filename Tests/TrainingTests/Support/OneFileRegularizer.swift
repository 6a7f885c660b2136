import PETL

/// All that a researcher writes for a regularizer of their own: this file.
struct Crowding: RedundancyRegularizer {
  struct Options: PluginOptions {
    var power = 2.0

    mutating func visit(_ options: OptionReader) {
      options.number("power", &power, in: 1...8, help: "how hard large overlaps count")
    }
  }

  private let power: Double

  init(options: Options) { power = options.power }

  func penalty(on subspaces: Subspaces) -> Tensor {
    subspaces.centeredCoefficientGram.correlation().offDiagonalMean(exponent: power)
  }
}
