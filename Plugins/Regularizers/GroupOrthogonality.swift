import PETL

/// Orthogonality within groups of rows, mean over groups of ‖W_g W_gᵀ − I‖² / size².
///
/// Source: group orthogonalization regularization (Kurtz, Bar and Giryes, arXiv 2306.10001), there on groups
/// of filters; that rows of B or A are the filters, in the order they are stored, and the division are our
/// choice. The only regularizer here for which the order of subspaces matters.
public struct GroupOrthogonality: RedundancyRegularizer {
  /// The options of `GroupOrthogonality`.
  public struct Options: PluginOptions {
    /// Which rows.
    public var of = WeightOrthogonality.Factors.basis
    /// How many rows a group has.
    public var size = 4

    /// The defaults.
    public init() {}

    /// Declares the options.
    public mutating func visit(_ options: OptionReader) {
      options.choice("of", &of, help: "which rows: basis, directions, both (our choice)")
      options.integer(
        "size", &size, in: 2...4096, help: "rows a group; divides the rank (4: our choice)")
    }
  }

  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "group-orthogonality", summary: "Distance of groups of rows from orthonormal ones",
    source: "Kurtz et al., GOR, arXiv 2306.10001; which rows is our choice")

  private let options: Options

  /// Makes the regularizer.
  public init(options: Options = Options()) { self.options = options }

  /// The mean over groups, and over both factors where both are asked for.
  public func penalty(on subspaces: Subspaces) -> Tensor {
    var factors: [Tensor] = []
    if options.of != .directions { factors.append(subspaces.basis) }
    if options.of != .basis, let directions = subspaces.directions { factors.append(directions) }
    let identity = DoubleMatrix(identity: options.size).tensor
    let terms = factors.map { rows -> Tensor in
      let groups = rows.reshaped([rows.shape[0] / options.size, options.size, rows.shape[1]])
      return (groups.matmul(groups, transposingOther: true) - identity).squared().mean()
    }
    return terms.reduce(Tensor(0)) { $0 + $1 }.scaled(by: 1 / Float(max(1, terms.count)))
  }

  /// That the groups do not divide the rank, or that there are no input directions.
  public func objection(to traits: SubspaceTraits) -> String? {
    let rank = traits.count * traits.dimension
    if rank % options.size != 0 {
      return "groups of \(options.size) rows do not divide its rank of \(rank)"
    }
    return options.of.objection(hasDirections: traits.hasDirections)
  }
}
