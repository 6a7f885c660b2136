import PETL

/// The options of `Compacter`, by AdapterHub's names where it has them.
public struct CompacterOptions: PluginOptions {
  /// The width of the bottleneck; nil where `reduction` gives it.
  public var rank: Int?
  /// The width of the bottleneck as a part of the tokens' width.
  public var reduction = 32
  /// How many Kronecker products a map is the sum of: n.
  public var phmDimension = 4
  /// The rank of the products' second factors.
  public var phmRank = 1
  /// The deviation of the products' shared first factors when training starts.
  public var phmDeviation = 1e-4
  /// The function between the maps.
  public var activation = Activation.geluTanh

  /// The defaults: those of the authors' files.
  public init() {}

  /// Declares the options.
  public mutating func visit(_ options: OptionReader) {
    options.optionalInteger(
      "rank", &rank, in: 1...4096,
      help: "the width of the bottleneck, a multiple of phm_dim; not together with reduction")
    options.integer(
      "reduction", &reduction, in: 1...4096,
      help: "the width of the bottleneck as a part of the tokens' width; 32 in the paper")
    options.integer(
      "phm_dim", &phmDimension, in: 1...256,
      help:
        "how many Kronecker products a map is the sum of; divides width and rank, 4 in the paper")
    options.integer(
      "phm_rank", &phmRank, in: 1...256, help: "the rank of their second factors; 1 in the paper")
    options.number(
      "phm_init_range", &phmDeviation, in: 1e-6...10,
      help: "the deviation of their shared first factors at the start; 1e-4 in the authors' files")
    options.choice(
      "activation", &activation, help: "the function between the maps; gelu-tanh in their files")
    if rank != nil, reduction != Self().reduction {
      options.report(
        "'rank' and 'reduction' both give the width of the bottleneck", at: "rank",
        hints: ["keep one of them"])
    }
  }

  /// The width of the bottleneck for tokens of a width.
  func rank(ofWidth width: Int) -> Int { rank ?? max(1, width / reduction) }
}
