import PETL
import Recipes

/// How settings are chosen.
public struct SettingRule: Sendable {
  /// The keys, or sections, in which methods differ: one setting is chosen for each of their values.
  ///
  /// The types of all parts always do, and the network, the data, the task, and which epoch is kept.
  public var keys: [String]

  /// A rule.
  ///
  /// - Parameter keys: dotted, such as `adapter.rank`; those in which methods differ beside the types of parts.
  public init(by keys: [String] = []) { self.keys = keys }

  /// Whether a key tells methods apart, and is not chosen.
  ///
  /// - Parameter key: dotted.
  /// - Returns: true of types, of network and data, and of what `keys` names.
  public func separates(_ key: String) -> Bool {
    key == "type" || key.hasSuffix(".type")
      || (Self.given + keys).contains { key == $0 || key.hasPrefix("\($0).") }
  }

  /// The settings of each method.
  func groups(_ methods: [MethodSamples]) -> [[MethodSamples]] {
    var groups: [[MethodSamples]] = []
    for method in methods {
      let place = groups.firstIndex { group in
        group[0].stage == method.stage
          && group[0].settings.filter { separates($0.key) }
            == method.settings.filter { separates($0.key) }
      }
      if let place { groups[place].append(method) } else { groups.append([method]) }
    }
    return groups
  }

  /// What a setting does not vary: other answers to another question.
  private static let given = [
    "task", "selection", "data", "text", "backbone.weights", "backbone.image_size",
    "backbone.precision",
  ]

  /// Refuses keys that no method has.
  ///
  /// - Parameter known: the keys of all methods.
  /// - Throws: `DiagnosticError` with each of them.
  func check(_ known: Set<String>) throws {
    try keys.filter { key in !known.contains { $0 == key || $0.hasPrefix("\(key).") } }.map { key in
      let nearest = nearestName(to: key, among: known.sorted()).map { ["did you mean '\($0)'?"] }
      return key == "seed" || key == "name"
        ? Diagnostic("--by \(key): runs that differ in it are of one setting")
        : Diagnostic("--by \(key): no run has this key", hints: nearest ?? [])
    }.throwIfAny()
  }

  /// Refuses keys that no run of a sweep has.
  ///
  /// - Parameter sweep: what is going to be trained.
  /// - Throws: `DiagnosticError` with each of them.
  public func check(_ sweep: SweepRecipe) throws {
    try check(Set(sweep.points.flatMap { $0.recipe.resolved.scalars().map(\.key) }))
  }
}
