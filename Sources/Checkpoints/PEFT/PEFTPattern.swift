import PETL
import Synchronization

/// How many steps the expressions of one configuration may take in all (our choice): a thousand expressions
/// over a thousand modules fit in, endless ones do not.
final class MatchBudget: Sendable {
  private static let most = 20_000_000
  private static let mostOfAMatch = 200_000
  private let left = Mutex(most)

  /// Runs `match` with the steps that it may take.
  func spend<Value>(_ match: (inout Int) throws -> Value) rethrows -> Value {
    try left.withLock { left in
      let granted = min(left, Self.mostOfAMatch)
      var steps = granted
      defer { left -= granted - max(0, steps) }
      return try match(&steps)
    }
  }
}

/// A regular expression of an adapter's configuration, matched as PEFT lets Python do.
struct PEFTPattern: Sendable {
  private let pattern: PythonPattern
  /// The expression as the file has it, and where.
  private let place: String
  private let budget: MatchBudget

  /// Compiles the expression `source`, found under `key` of `file`.
  ///
  /// - Parameters:
  ///   - source: The expression as the file has it.
  ///   - template: What PEFT makes of it, with `{}` where it stands; itself by default.
  ///   - key: The key of the configuration.
  ///   - file: The configuration.
  ///   - budget: The steps that the expressions of the file may take.
  /// - Throws: `DiagnosticError` if it is too long, not a regular expression or one that is not supported.
  init(
    _ source: String, in template: String = "{}", key: String, file: String, budget: MatchBudget
  ) throws {
    let shown = source.count > 120 ? "\(source.prefix(120))…" : source
    place = "\(file): the expression `\(shown)` of `\(key)`"
    self.budget = budget
    do {
      pattern = try PythonPattern(template.replacing("{}", with: source))
    } catch let fault as PatternFault {
      throw Self.error(place, fault)
    }
  }

  /// Whether the whole of `path` matches.
  ///
  /// - Throws: `DiagnosticError` that names the expression, when it takes too long.
  func matches(_ path: String) throws -> Bool {
    try noting { try pattern.matches(path, steps: &$0) }
  }

  /// Whether a match begins at the start of `path`.
  ///
  /// - Throws: `DiagnosticError` that names the expression, when it takes too long.
  func matchesStart(of path: String) throws -> Bool {
    try noting { try pattern.matchesStart(of: path, steps: &$0) }
  }

  /// The number that the group `idx` holds in a match at the start of `path`.
  ///
  /// - Throws: `DiagnosticError` that names the expression, when it takes too long.
  func index(in path: String) throws -> Int? {
    try noting { try pattern.group("idx", ofMatchIn: path, steps: &$0) }.flatMap { Int($0) }
  }

  private func noting<Value>(_ match: (inout Int) throws -> Value) throws -> Value {
    do {
      return try budget.spend(match)
    } catch let fault as PatternFault {
      throw Self.error(place, fault)
    }
  }

  private static func error(_ place: String, _ fault: PatternFault) -> DiagnosticError {
    DiagnosticError("\(place) \(fault.reason)", hints: fault.hint.map { [$0] } ?? [])
  }
}
