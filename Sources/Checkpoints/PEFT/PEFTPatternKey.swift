import PETL

/// A key of `rank_pattern` or `alpha_pattern`: the expression `(.*\.)?(key)$` at the start of a path.
struct PEFTPatternKey: Sendable {
  /// What PEFT makes of a key.
  static let template = "(.*\\.)?({})$"

  private enum Form {
    /// Letters, digits, `_`, `-` and dots; the dot stands for any character, as in an expression.
    case plain([UInt8], PEFTPattern)
    case expression(PEFTPattern)
  }

  private let form: Form

  /// Reads the key `source` of the object `key` of `file`.
  ///
  /// - Throws: `DiagnosticError` if it is not a regular expression.
  init(_ source: String, key: String, file: String, budget: MatchBudget = MatchBudget()) throws {
    let pattern = try PEFTPattern(
      source, in: Self.template, key: key, file: file, budget: budget)
    form = WildNames.isPlain(source) ? .plain(Array(source.utf8), pattern) : .expression(pattern)
  }

  /// Whether the key speaks of the module at `path`.
  ///
  /// - Throws: `DiagnosticError` that names the expression, when it takes too long.
  func matches(_ path: String) throws -> Bool {
    switch form {
    case .expression(let pattern): return try pattern.matchesStart(of: path)
    case .plain(let key, let pattern):
      // A dot takes a whole scalar, and none that ends a line.
      let isPlain = path.utf8.allSatisfy { $0 < 0x80 && $0 != 0x0A }
      return try isPlain ? Self.matches(path.utf8, key) : pattern.matchesStart(of: path)
    }
  }

  private static func matches(_ path: String.UTF8View, _ key: [UInt8]) -> Bool {
    let dot = UInt8(ascii: ".")
    let start = path.count - key.count
    guard start >= 0 else { return false }
    let tail = path.dropFirst(start)
    guard start == 0 || path.dropFirst(start - 1).first == dot else { return false }
    return zip(tail, key).allSatisfy { $0 == $1 || $1 == dot }
  }
}
