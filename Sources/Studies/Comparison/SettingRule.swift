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
  func separates(_ key: String) -> Bool {
    key == "type" || key.hasSuffix(".type")
      || keys.contains { key == $0 || key.hasPrefix("\($0).") }
  }
}
