/// A scalar of an adapter's subspaces that training makes small: 0 when they share nothing.
///
/// The trainer adds weight · mean over sites to the loss, logs the raw value and its share of the
/// gradient, and says so when the gradient stays exactly zero.
///
/// Laws that the conformance kit checks: the value is finite for any finite subspaces, also where B
/// is zero; its gradient is that of finite differences; the order of subspaces does not matter.
///
/// A complete regularizer:
///
/// ```swift
/// import PETL
///
/// struct Overlap: RedundancyRegularizer {
///   init(options: NoOptions) {}
///
///   func penalty(on subspaces: Subspaces) -> Tensor {
///     subspaces.centeredCoefficientGram.correlation().offDiagonalMean(exponent: 2)
///   }
/// }
/// ```
public protocol RedundancyRegularizer: SendableMetatype {
  /// The options, read from a recipe or made in code.
  associatedtype Options: PluginOptions

  /// Makes the regularizer.
  ///
  /// - Parameter options: the same for all sites.
  /// - Throws: `DiagnosticError` when the options do not go together.
  init(options: Options) throws

  /// The value for one site, a differentiable scalar of shape [].
  func penalty(on subspaces: Subspaces) -> Tensor

  /// Its name, summary and source.
  static var descriptor: PluginDescriptor { get }

  /// Why it cannot work on an adapter of that kind, a sentence; nil when it can.
  func objection(to traits: SubspaceTraits) -> String?

  /// What the user should know after training with it, a sentence, such as what it chose by itself; nil
  /// for nothing.
  var note: String? { get }

  /// What training leaves in it: `NoState` of one whose value depends on its options and the subspaces
  /// alone, as nearly all do.
  associatedtype State: Codable & Sendable = NoState

  /// All that an instance has chosen or gathered since it was made; kept in checkpoints, so that a run
  /// that is resumed goes on exactly.
  var state: State { get }

  /// Goes on from the state of another instance with the same options.
  func restore(_ state: State)
}

/// The state of a regularizer that has none.
public struct NoState: Codable, Sendable {
  /// Makes nothing.
  public init() {}
}

extension RedundancyRegularizer where State == NoState {
  /// Nothing.
  public var state: NoState { NoState() }

  /// Nothing.
  public func restore(_ state: NoState) {}
}

/// What can be known about an adapter's subspaces before any data is seen.
public struct SubspaceTraits: Sendable, Hashable {
  /// How many subspaces there are.
  public let count: Int
  /// How many rank-one maps each of them holds.
  public let dimension: Int
  /// Whether the adapter is linear and gives its input directions.
  public let hasDirections: Bool

  /// Makes traits.
  ///
  /// - Parameters:
  ///   - count: how many subspaces there are.
  ///   - hasDirections: whether the adapter is linear and gives its input directions.
  ///   - dimension: how many rank-one maps each subspace holds.
  public init(count: Int, hasDirections: Bool, dimension: Int = 1) {
    self.count = count
    self.hasDirections = hasDirections
    self.dimension = dimension
  }
}

extension Subspaces {
  /// What can be known of these before any data is seen.
  public var traits: SubspaceTraits {
    SubspaceTraits(count: count, hasDirections: directions != nil, dimension: dimension)
  }
}

extension RedundancyRegularizer {
  /// The type's name in lower case and nothing else: enough for a regularizer used from code.
  public static var descriptor: PluginDescriptor {
    PluginDescriptor(name: String(describing: Self.self).lowercased(), summary: "", source: "")
  }

  /// nil: right for whatever does what its options say.
  public var note: String? { nil }

  /// Only that there are no pairs of a single subspace: right for whatever compares pairs.
  public func objection(to traits: SubspaceTraits) -> String? {
    traits.count > 1 ? nil : "an adapter of rank 1 has no pairs of subspaces"
  }
}
