/// How settings are chosen.
public struct SettingRule: Sendable {
  /// The keys, or sections, in which methods differ: one setting is chosen for each of their values.
  ///
  /// The types of all parts always do.
  public var keys: [String]

  /// A rule.
  ///
  /// - Parameter keys: dotted, such as `adapter.rank`; those in which methods differ beside the types of parts.
  public init(by keys: [String] = []) { self.keys = keys }

  /// Whether a key tells methods apart, and is not chosen.
  ///
  /// - Parameter key: dotted.
  /// - Returns: true of types, and of what `keys` names.
  public func separates(_ key: String) -> Bool {
    key == "type" || key.hasSuffix(".type")
      || keys.contains { key == $0 || key.hasPrefix("\($0).") }
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
}
