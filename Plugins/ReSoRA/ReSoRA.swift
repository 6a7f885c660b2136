import PETL

/// The redundancy of an adapter's subspaces after ReSoRA (arXiv 2507.20745): a similarity of feature
/// maps ΔHᵢ = sᵢ bᵢᵀ, mean over the P = r (r − 1) / 2 pairs.
///
/// Standing: that ΔH is split into r rank-one maps, the four measures by name, the linear one as
/// default and the loss L = L_task + λ R are the paper's (known from its abstract/summary). Every
/// formula here is a reconstruction; where it had to choose, the choice is an option and ours.
///
/// All measures are computed from S, B and their Gram matrices; the feature maps are never built.
/// A norm of at most `Tensor.deadNorm` makes a similarity 0 without a gradient, so every value is
/// finite where B or a coefficient is zero.
public struct ReSoRA: RedundancyRegularizer {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "resora",
    summary: "Similarity of the subspaces' feature maps: euclidean, cosine, linear or nonlinear",
    source: "ReSoRA, arXiv 2507.20745, paper (known from its abstract/summary); "
      + "the formulas are a reconstruction")

  /// What was asked for.
  public let options: ReSoRAOptions
  /// What `measure: auto` chose.
  let choice = AutomaticMeasure()

  /// Makes the regularizer.
  ///
  /// - Throws: `DiagnosticError` when an option would be ignored beside the others.
  public init(options: ReSoRAOptions = ReSoRAOptions()) throws {
    try options.validate()
    self.options = options
  }

  /// The mean over pairs of subspaces, of all tokens whatever `sample` is; 0 when there is one subspace.
  public func penalty(on subspaces: Subspaces) -> Tensor { penalty(on: subspaces, tokens: nil) }

  /// The same of the tokens that are drawn in a step, where `sample` says so and there are more.
  public func penalty(on subspaces: Subspaces, stream: RandomGenerator) -> Tensor {
    penalty(on: subspaces, tokens: options.sample.flatMap { drawn($0, of: subspaces, stream) })
  }

  private func penalty(on subspaces: Subspaces, tokens: [Int]?) -> Tensor {
    let grouped = subspaces.grouped(options.group ?? subspaces.dimension)
    guard grouped.pairCount > 0 else { return Tensor(0) }
    let compared: Subspaces
    switch options.space {
    case .features: compared = grouped
    case .weights:
      guard let weights = grouped.inWeightSpace else {
        stopProgram("These subspaces have no input directions; ask objection(to:) first.")
      }
      compared = weights
    }
    if compared.dimension > 1 { return groups(compared) }
    return switch options.measure {
    case .auto: automatic(compared)
    case .euclidean: euclidean(compared)
    case .cosine: cosine(compared)
    case .linear: linear(compared)
    case .nonlinear: nonlinear(compared, tokens: tokens)
    }
  }

  /// That a single subspace has no pairs, or that weights cannot be compared without directions.
  public func objection(to traits: SubspaceTraits) -> String? {
    let rank = traits.count * traits.dimension
    let dimension = options.group ?? traits.dimension
    if rank % dimension != 0 { return "groups of \(dimension) do not divide its rank of \(rank)" }
    if rank < 2 { return "an adapter of rank 1 has no pairs of subspaces" }
    if rank == dimension { return "a single group of \(dimension) has no pairs of subspaces" }
    if dimension > 1, let reason = options.objectionToGroups {
      return "its subspaces have dimension \(dimension), and \(reason)"
    }
    if options.space == .weights, !traits.hasDirections {
      return "the adapter is not linear and has no input directions; use space: features"
    }
    return nil
  }

  /// What `measure: auto` chose, once it has.
  public var note: String? { choice.note }

  /// So many different tokens of a batch, rising; nil where there are no more.
  private func drawn(
    _ count: Int, of subspaces: Subspaces, _ stream: RandomGenerator
  ) -> [Int]? {
    let tokens = subspaces.coefficients.shape[0]
    guard tokens > count else { return nil }
    var stream = stream
    return stream.permutation(tokens).prefix(count).sorted()
  }

  /// S of the set's elements, [elements, r]: of every token, or of the one in each image or text that
  /// its feature is taken from.
  func coefficients(of subspaces: Subspaces) -> Tensor {
    guard options.set == .classToken else { return subspaces.coefficients }
    return subspaces.coefficients.gathered(subspaces.rows.features)
  }
}
