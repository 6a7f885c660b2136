/// What a regularizer asks its context for, of that which costs something or which not every adapter
/// has: a recipe that does not give it is refused before anything is trained.
///
/// The program stops with a sentence where a regularizer asks for what it did not declare.
public struct RegularizerNeeds: OptionSet, Sendable, Hashable {
  /// The bits of the set.
  public let rawValue: Int

  /// Makes a set of needs.
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// The subspaces of every site, which cost nothing: adapters that do not decompose are refused.
  public static let subspaces = RegularizerNeeds(rawValue: 1)
  /// The input and ΔH of every site: memory for both until the step is done.
  public static let inputs = RegularizerNeeds(rawValue: 2)
  /// ΔW of every site: adapters that are not linear are refused.
  public static let weightChanges = RegularizerNeeds(rawValue: 4)
  /// The frozen weight of every site: sites that are not one linear map are refused.
  public static let frozenWeights = RegularizerNeeds(rawValue: 8)
  /// The answers of the network without adapters on the same batch: one more forward pass a step,
  /// shared by all that ask.
  public static let frozenAnswers = RegularizerNeeds(rawValue: 16)
  /// The backbone's own weights that are trained, as they were at first: a copy of them.
  public static let startingWeights = RegularizerNeeds(rawValue: 32)

  /// The names of those that are in the set, for people.
  public var names: [String] {
    let all: [(RegularizerNeeds, String)] = [
      (.subspaces, "subspaces"), (.inputs, "inputs and ΔH"), (.weightChanges, "ΔW"),
      (.frozenWeights, "frozen weights"), (.frozenAnswers, "answers without adapters"),
      (.startingWeights, "starting weights"),
    ]
    return all.filter { contains($0.0) }.map(\.1)
  }
}

/// What can be known about the adapter of a site before any data is seen.
public struct SiteTraits: Sendable, Hashable {
  /// The site.
  public let site: AdaptationSite
  /// What its subspaces are like; nil for an adapter that does not decompose.
  public let subspaces: SubspaceTraits?

  /// Makes traits.
  ///
  /// - Parameters:
  ///   - site: where the adapter is attached.
  ///   - subspaces: what its subspaces are like; nil for an adapter that does not decompose.
  public init(site: AdaptationSite, subspaces: SubspaceTraits?) {
    (self.site, self.subspaces) = (site, subspaces)
  }
}
