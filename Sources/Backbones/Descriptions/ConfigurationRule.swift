import Checkpoints
import PETL

/// What is done with one key of a configuration that another library wrote.
///
/// Each library has a table of its keys. A key of the table is used, without effect here, or refused
/// unless it has a value that is computed here; a key outside the table becomes a note. So no key that
/// could change an answer is passed over in silence.
enum ConfigurationRule: Sendable {
  /// The value is taken by a reader; one of another kind is an error.
  case used(ConfigurationKind)
  /// The key changes no answer, for this reason.
  case idle(_ because: String)
  /// Only these values (and null) are computed here; what the others mean is said.
  case only([JSONValue], _ otherwise: String)
  /// An object with a table of its own, which is read on its own.
  case section
}

/// The kinds of values that keys of configurations have; null counts as absent.
enum ConfigurationKind: Sendable {
  /// A whole number from 1 on.
  case count
  /// A whole number from 0 on.
  case whole
  /// A positive finite number.
  case positive
  /// A finite number.
  case number
  /// True or false.
  case flag
  /// Any text.
  case text
  /// One of these texts; what the others mean is said.
  case choice([String], otherwise: String)
  /// A list of whole numbers from 1 on.
  case counts
  /// A whole number from 1 on, or height and width.
  case size
  /// Checked where it is read.
  case any

  /// Whether a value is of this kind.
  func accepts(_ value: JSONValue) -> Bool {
    func isCount(_ value: JSONValue) -> Bool { value.whole.map { $0 > 0 } ?? false }
    switch self {
    case .count: return isCount(value)
    case .whole: return value.whole.map { $0 >= 0 } ?? false
    case .positive: return value.double.map { $0 > 0 && $0.isFinite } ?? false
    case .number: return value.double?.isFinite ?? false
    case .flag: return value.flag != nil
    case .text: return value.text != nil
    case .choice(let known, _): return value.text.map(known.contains) ?? false
    case .counts: return value.elements.map { !$0.isEmpty && $0.allSatisfy(isCount) } ?? false
    case .size:
      return isCount(value)
        || value.elements.map { $0.count == 2 && $0.allSatisfy(isCount) } ?? false
    case .any: return true
    }
  }

  /// What is expected, for a hint.
  var expected: String {
    switch self {
    case .count: "a whole number from 1 on"
    case .whole: "a whole number from 0 on"
    case .positive: "a positive number"
    case .number: "a number"
    case .flag: "true or false"
    case .text: "a text"
    case .choice(let known, _): known.joined(separator: " or ")
    case .counts: "a list of whole numbers from 1 on"
    case .size: "a whole number from 1 on, or a list of height and width"
    case .any: "a value"
    }
  }

  /// What is said of a value that is no choice.
  var otherwise: String? {
    if case .choice(_, let otherwise) = self { otherwise } else { nil }
  }
}

/// The keys of one section of a library's configuration.
struct ConfigurationTable: Sendable {
  /// Each key's rule.
  let rules: [String: ConfigurationRule]

  /// Makes a table.
  ///
  /// - Parameters:
  ///   - rules: the keys that are used or refused.
  ///   - idle: keys that change no answer, by the reason.
  init(_ rules: [String: ConfigurationRule], idle: [String: [String]] = [:]) {
    var all = rules
    for (reason, keys) in idle {
      for key in keys { all[key] = .idle(reason) }
    }
    self.rules = all
  }
}
