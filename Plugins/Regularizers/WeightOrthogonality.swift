import PETL

/// Orthogonality of the factors, ‖A Aᵀ − I‖² + ‖B Bᵀ − I‖², divided by r² and the number of terms.
///
/// Source: AdaLoRA's regularizer on P and Q (Zhang et al., arXiv 2303.10512); the division is our
/// choice, so that λ does not depend on the rank. B is the basis with the adapter's scale in it.
public struct WeightOrthogonality: RedundancyRegularizer {
  /// Which factors.
  public enum Factors: String, CaseIterable, Sendable {
    /// Both.
    case both
    /// The input directions A.
    case directions
    /// The basis B.
    case basis
  }

  /// The options of `WeightOrthogonality`.
  public struct Options: PluginOptions {
    /// Which factors.
    public var of = Factors.both

    /// The defaults.
    public init() {}

    /// Declares the options.
    public mutating func visit(_ options: OptionReader) {
      options.choice("of", &of, help: "which factors: both (AdaLoRA), directions, basis")
    }
  }

  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "weight-orthogonality", summary: "Distance of the factors from orthonormal rows",
    source: "AdaLoRA, Zhang et al., arXiv 2303.10512")

  private let options: Options

  /// Makes the regularizer.
  public init(options: Options = Options()) { self.options = options }

  /// The mean square distance of the Gram matrices from the identity.
  public func penalty(on subspaces: Subspaces) -> Tensor {
    let grams: [Tensor?] =
      switch options.of {
      case .both: [subspaces.directionGram, subspaces.basisGram]
      case .directions: [subspaces.directionGram]
      case .basis: [subspaces.basisGram]
      }
    let terms = grams.compactMap { $0?.squaredDistanceFromIdentity }
    return terms.reduce(Tensor(0)) { $0 + $1 }.scaled(by: 1 / Float(max(1, terms.count)))
  }

  /// That there are no input directions where they are asked for.
  public func objection(to traits: SubspaceTraits) -> String? {
    options.of.objection(hasDirections: traits.hasDirections)
  }
}

extension Tensor {
  /// ‖X − I‖² / n², of X [n, n].
  var squaredDistanceFromIdentity: Tensor {
    (self - DoubleMatrix(identity: shape[0]).tensor).squared().mean()
  }
}
