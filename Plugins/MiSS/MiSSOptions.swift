import PETL

/// The options of `MiSS`, by the names of PEFT's `MissConfig` and with its defaults.
public struct MiSSOptions: PluginOptions {
  /// The form of the trained matrix, and where it starts.
  public enum InitialWeights: String, CaseIterable, Sendable {
    /// A column for each output, zero.
    case zero = "true"
    /// `mini_r` columns, which the outputs take in turn, zero.
    case mini
    /// A column for each output, random: the network is changed at once.
    case random = "false"
  }

  /// The number of sums, and of rank-one maps.
  public var rank = 64
  /// The form of the trained matrix, and where it starts.
  public var initialWeights = InitialWeights.zero
  /// How many columns the matrix has with `init_weights: mini`.
  public var miniRank = 1
  /// The probability that an input is dropped while training.
  public var dropout = 0.0

  /// The defaults.
  public init() {}

  /// Declares the options.
  public mutating func visit(_ options: OptionReader) {
    options.integer("rank", &rank, in: 1...65_536, help: "the number of sums of inputs")
    options.choice(
      "init_weights", &initialWeights,
      help: "true: a zero for each output; mini: mini_r columns that outputs take in turn; "
        + "false: random")
    options.integer(
      "mini_r", &miniRank, in: 1...65_536,
      help: "init_weights: mini: the columns of the matrix, a divisor of the outputs")
    options.number(
      "dropout", &dropout, in: 0...0.99,
      help: "the probability of dropout of inputs while training")
  }

  /// The columns of the trained matrix.
  func columns(outputs: Int) -> Int { initialWeights == .mini ? miniRank : outputs }

  /// - Throws: `DiagnosticError` with the next divisors when columns do not fit the outputs.
  static func check(columns: Int, outputs: Int, at place: String? = nil) throws {
    guard !outputs.isMultiple(of: columns) else { return }
    let site = place.map { " of site '\($0)'" } ?? ""
    throw DiagnosticError(
      "mini_r \(columns) does not divide the \(outputs) outputs\(site)",
      hints: ["next divisors: \(nearestDivisors(to: columns, of: outputs))"])
  }
}
