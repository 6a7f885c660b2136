/// An adapter that needs rules of its own while it is trained, such as one that shares out ranks: where
/// a recipe attaches it, they are there.
///
/// Their options are the adapter's. A recipe names no such rule, and its control keeps them.
public protocol RuleBringing: Adapter {
  /// The rules of a stage.
  ///
  /// - Parameter entries: the adapters of this type, each at its site, at least one.
  /// - Returns: rules that have seen nothing; they act before those of the recipe.
  /// - Throws: `DiagnosticError` when options do not go together.
  static func rules(for entries: [AdapterSet.Entry]) throws -> [any TrainingRule]
}

extension AdapterSet {
  /// The rules that the adapters bring, by the order of the adapters' types in the network.
  ///
  /// - Throws: whatever the adapters throw.
  package func broughtRules() throws -> [any TrainingRule] {
    var seen: Set<ObjectIdentifier> = []
    return try entries.flatMap { entry -> [any TrainingRule] in
      let type = type(of: entry.adapter)
      guard let bringing = type as? any RuleBringing.Type,
        seen.insert(ObjectIdentifier(type)).inserted
      else { return [] }
      return try bringing.rules(for: entries.filter { Swift.type(of: $0.adapter) == type })
    }
  }
}
