/// What an optimizer moves.
public struct TrainedParameters {
  /// Every parameter with its name, which is unique and stays the same: for the rule's state and its
  /// random streams.
  public let named: [(name: String, parameter: Parameter)]
  /// The factors of linear adapters, among the parameters, that a rule may move together.
  public let factors: [FactorPair]

  /// Makes a list of parameters.
  ///
  /// - Parameters:
  ///   - named: each with a name of its own.
  ///   - factors: those of them that are the two factors of an adapter.
  public init(_ named: [(name: String, parameter: Parameter)], factors: [FactorPair] = []) {
    (self.named, self.factors) = (named, factors)
  }

  /// The parameters that are in no pair of factors.
  public var besideFactors: TrainedParameters {
    let paired = Set(
      factors.flatMap { [ObjectIdentifier($0.directions), ObjectIdentifier($0.basis)] })
    return TrainedParameters(named.filter { !paired.contains(ObjectIdentifier($0.parameter)) })
  }
}

/// The two factors of a linear adapter, ΔW = c BᵀA, that a rule may move together.
public struct FactorPair {
  /// The site's name.
  public let name: String
  /// A, [r, in].
  public let directions: Parameter
  /// B, [r, out].
  public let basis: Parameter

  /// Makes a pair.
  ///
  /// - Parameters:
  ///   - name: the site's.
  ///   - directions: A, [r, in].
  ///   - basis: B, [r, out].
  public init(name: String, directions: Parameter, basis: Parameter) {
    (self.name, self.directions, self.basis) = (name, directions, basis)
  }
}

extension AdapterSet {
  /// The factors of all adapters that have them as parameters of their own.
  public var factorPairs: [FactorPair] {
    entries.compactMap { entry in
      (entry.adapter as? any SubspaceDecomposable)?.factorParameters.map {
        FactorPair(name: entry.site.name, directions: $0.directions, basis: $0.basis)
      }
    }
  }
}
