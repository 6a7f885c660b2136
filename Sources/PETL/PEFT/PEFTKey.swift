/// A key of PEFT's `adapter_config.json` that belongs to a method.
///
/// The keys that every method has (`target_modules`, `modules_to_save`, `base_model_name_or_path`, …) are
/// PETLKit's business.
public struct PEFTKey: Sendable {
  /// What a value of the key is for.
  enum Role: Sendable, Equatable {
    /// A setting of the adapter; the option that has it, if there is one.
    case setting(option: String?)
    /// Names of modules: the setting of a map is whether it is one of them.
    case modules(option: String?)
    /// Always written, and of no consequence when read.
    case constant
    /// What tells this method from others of the same type: a folder with another value is not of it.
    case mark
  }

  /// The key, such as `lora_alpha`.
  public let name: String
  /// The value of a configuration without the key, of whose kind the values are that are read.
  public let value: PEFTValue
  let role: Role
  let least: Double?
  let most: Double?
  /// The values that are read; nil where any of the kind is.
  package let allowed: [PEFTValue]?
  /// The key that has other values for some maps, such as `rank_pattern`; nil without one.
  package let pattern: String?

  private init(
    _ name: String, _ value: PEFTValue, _ role: Role, least: Double? = nil, most: Double? = nil,
    allowed: [PEFTValue]? = nil, pattern: String? = nil
  ) {
    (self.name, self.value, self.role) = (name, value, role)
    (self.least, self.most) = (least, most)
    (self.allowed, self.pattern) = (allowed, pattern)
  }

  /// Makes the key of a setting.
  ///
  /// - Parameters:
  ///   - name: The key.
  ///   - value: What PEFT takes where the key is absent.
  ///   - least: The smallest number allowed.
  ///   - most: The largest number allowed.
  ///   - option: The option of the adapter that takes the value as it is.
  ///   - pattern: The key that has other values for some maps, such as `rank_pattern`.
  public init(
    _ name: String, default value: PEFTValue, least: Double? = nil, most: Double? = nil,
    option: String? = nil, pattern: String? = nil
  ) {
    require(pattern == nil || value.double != nil, "A pattern of PEFT's is of numbers.")
    self.init(
      name, value, .setting(option: option), least: least, most: most, pattern: pattern)
  }

  /// Makes the key of a setting of which some values are known; a folder with another one is refused.
  ///
  /// - Parameters:
  ///   - name: The key.
  ///   - value: What PEFT takes where the key is absent.
  ///   - allowed: The values that are read, of any kind.
  ///   - option: The option of the adapter that takes the value as it is.
  public init(
    _ name: String, default value: PEFTValue, allowed: [PEFTValue], option: String? = nil
  ) {
    self.init(name, value, .setting(option: option), allowed: allowed)
  }

  /// Makes a key that names modules, as `target_modules` does: among the settings of a map, its value is
  /// whether the map is one of them.
  ///
  /// - Parameters:
  ///   - name: The key.
  ///   - option: The option of the adapter that takes the truth value.
  public init(modules name: String, option: String? = nil) {
    self.init(name, .flag(false), .modules(option: option))
  }

  /// Makes a key that is always written with this value, and has no effect when it is read.
  public init(_ name: String, always value: PEFTValue) { self.init(name, value, .constant) }

  /// Makes a key that tells methods of the same PEFT type apart: this one's folders have this very value.
  ///
  /// A key that is absent means `false` and an empty list, too.
  public init(_ name: String, mark value: PEFTValue) { self.init(name, value, .mark) }

  /// The option that takes the key's value.
  package var option: String? {
    switch role {
    case .setting(let option), .modules(let option): option
    case .constant, .mark: nil
    }
  }

  /// Whether it names modules.
  package var namesModules: Bool { if case .modules = role { true } else { false } }

  /// Whether the maps of a folder may have values of their own.
  package var isOfMaps: Bool { pattern != nil || namesModules }

  /// Whether it tells methods of one type apart.
  package var isMark: Bool { role == .mark }

  /// Whether the value is read.
  package var isRead: Bool { role != .constant }

  /// Whether `found`, nil where the key is absent, says that a folder is not of this method.
  package func excludes(_ found: PEFTValue?) -> Bool {
    guard role == .mark else { return false }
    return found.map { $0 != value } ?? (value != .flag(false) && value != .names([]))
  }

  /// Why a value is none of this key's, in words that follow the file's name; nil when it is.
  package func fault(_ found: PEFTValue) -> String? {
    if let allowed, !allowed.contains(where: { $0.equals(found) }) {
      let words = allowed.map { "`\($0)`" }.joined(separator: " or ")
      return "`\(name)` is `\(found)`, which is not supported: expected \(words)"
    }
    guard let number = found.double else { return nil }
    guard number < least ?? -.infinity || number > most ?? .infinity || number.isNaN else {
      return nil
    }
    guard let most else { return "`\(name)` must be at least \(Self.words(least ?? 0))" }
    let range = least.map { "\(Self.words($0)) to " } ?? "at most "
    return "`\(name)` is \(found), expected \(range)\(Self.words(most))"
  }

  private static func words(_ bound: Double) -> String {
    Int(exactly: bound).map(String.init) ?? "\(bound)"
  }
}
