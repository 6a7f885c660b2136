/// The largest sizes of a network that are taken from a file, a recipe or the command line (our choice):
/// far beyond published ones, and so small that nothing that is made of them overflows.
enum NetworkLimits {
  /// The side of an image in pixels.
  static let imageSize = 16_384
  /// The side of a patch in pixels.
  static let patchSize = 4096
  /// The length of a token.
  static let width = 32_768
  /// The width inside the MLP.
  static let mlpWidth = 262_144
  /// The blocks of all stages.
  static let depth = 1000
  /// The stages of a Swin Transformer.
  static let stages = 8
  /// The tokens of an image that all look at each other.
  static let tokens = 65_536
  /// The tokens of an image that look at each other in windows.
  static let windowedTokens = 1 << 20
  /// The tokens of a text, or the rows of a table of positions.
  static let context = 1 << 24
  /// The tokens of a vocabulary.
  static let vocabulary = 1 << 24

  /// A sentence for each size that is beyond its limit.
  static func problems(_ sizes: [(name: String, value: Int, most: Int)]) -> [String] {
    sizes.filter { $0.value > $0.most }.map { "\($0.name) is \($0.value), more than \($0.most)" }
  }

  /// A sentence where an image has more tokens than `most`; nil where it has not.
  ///
  /// - Parameters:
  ///   - grid: the side of the grid of tokens.
  ///   - width: the length of a token.
  ///   - imageSize: in pixels.
  ///   - most: the limit.
  /// - Returns: with the memory that one array of the tokens takes.
  static func tokenProblem(grid: Int, width: Int, imageSize: Int, most: Int) -> String? {
    let (tokens, overflow) = grid.multipliedReportingOverflow(by: grid)
    guard overflow || tokens > most else { return nil }
    let count = overflow ? "more than \(Int.max)" : "\(tokens)"
    let bytes = Double(grid) * Double(grid) * Double(width) * 4
    return
      "images of \(imageSize) px are \(count) tokens (\(memoryWords(bytes)) for one array of them), "
      + "more than \(most)"
  }
}
