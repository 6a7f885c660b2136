import PETL

/// The options of a plugin that were made in code, as a recipe holds them.
///
/// The value of each stored property goes to the option of the same name, `dropoutPosition` to
/// `dropout_position`. What came of it is read back: only when that gives the same options are they
/// written so. Otherwise there is the single key `made_in_code` with a description, which no recipe
/// may have, so that nobody trains something else by it.
struct MadeOptions: Sendable {
  /// The key of options that cannot be written.
  private static let key = "made_in_code"

  /// What is written beside the plugin's type.
  let entries: [ConfigurationNode.Entry]
  /// Whether reading the entries gives the same options.
  let isWhole: Bool

  init<Options: PluginOptions>(_ options: Options, describedBy descriptors: [OptionDescriptor]) {
    let keys = Set(descriptors.map(\.name))
    let candidates = Mirror(reflecting: options).children.compactMap { label, value in
      label.map(Self.optionName).flatMap { name in
        keys.contains(name) ? ConfigurationNode(optionValue: value).map { (name, $0) } : nil
      }
    }
    let reader = OptionReader(ConfigurationNode(writing: candidates), section: "")
    let again = Options(from: reader)
    isWhole = reader.diagnostics.isEmpty && Self.areSame(options, again)
    if isWhole, case .mapping(let entries) = reader.resolved.value {
      self.entries = entries
    } else {
      entries = [.init(writing: Self.key, .init(text: String(describing: options)))]
    }
  }

  /// Reports the options of a stored recipe that could not be written.
  static func refuse(_ reader: OptionReader) {
    guard reader.contains(key) else { return }
    reader.report(
      "the options of '\(reader.section)' were made in code and could not be written", at: key,
      hints: ["repeat the run by the program that made it, or write the options here"])
    reader.acceptRemainingKeys()
  }

  /// `dropoutPosition` as `dropout_position`.
  private static func optionName(_ property: String) -> String {
    property.reduce(into: "") { name, character in
      name += character.isUppercase ? "_\(character.lowercased())" : "\(character)"
    }
  }

  /// Whether two values have the same parts; false where that cannot be known.
  private static func areSame<Value>(_ a: Value, _ b: Value) -> Bool {
    if let a = a as? any Equatable { return a.isEqual(to: b) }
    var (first, second) = ("", "")
    dump(a, to: &first)
    dump(b, to: &second)
    return first == second && !first.contains("(Function)")
  }
}

extension Equatable {
  fileprivate func isEqual(to other: Any) -> Bool { other as? Self == self }
}

extension ConfigurationNode {
  /// The value of a property, when an option can have it; nil also of nothing.
  fileprivate init?(optionValue value: Any) {
    let mirror = Mirror(reflecting: value)
    if mirror.displayStyle == .optional {
      guard let wrapped = mirror.children.first?.value else { return nil }
      self.init(optionValue: wrapped)
      return
    }
    switch value {
    case let value as String: self.init(text: value)
    case is Int, is Double, is Bool: self.init(plain: "\(value)")
    case let value as any RawRepresentable:
      guard let name = value.rawValue as? String else { return nil }
      self.init(plain: name)
    default: return nil
    }
  }
}
