import Foundation
import PETL

/// Settings that are drawn at random, each value for itself (Bergstra & Bengio, 2012): the section `random` of a sweep.
///
/// ```yaml
/// random:
///   count: 20
///   seed: 0
///   values:
///     optimizer.learning_rate: {from: 1e-4, to: 1e-2, scale: log}
///     adapter.rank: [2, 4, 8]
/// ```
struct RandomSearch {
  private let count: Int
  private let seed: Int
  private let values: [(key: String, span: SourceSpan, drawn: DrawnValue)]
  private let span: SourceSpan

  /// Reads the section.
  ///
  /// - Throws: `DiagnosticError` with every mistake.
  init(_ node: ConfigurationNode) throws {
    let reader = OptionReader(node, section: "sweep.random")
    var (count, seed) = (0.0, 0)
    var given: ConfigurationNode?
    reader.requiredNumber(
      "count", &count, in: 1...Double(SweepRecipe.mostPoints), help: "how many are drawn")
    reader.integer("seed", &seed, in: 0...Int.max, help: "which are drawn")
    reader.node(
      "values", &given, kind: "mapping", default: "required", help: "what each key may have")
    reader.finish()
    try reader.throwIfInvalid()
    if count != count.rounded() {
      throw DiagnosticError(
        "'sweep.random.count' must be a whole number", at: reader.span(of: "count"))
    }
    guard let given, !given.entries.isEmpty else {
      throw DiagnosticError(
        "'sweep.random' needs 'values', a mapping of keys to lists or ranges", at: node.span,
        hints: ["as in values: {optimizer.learning_rate: {from: 1e-4, to: 1e-2, scale: log}}"])
    }
    var mistakes: [Diagnostic] = []
    var values: [(key: String, span: SourceSpan, drawn: DrawnValue)] = []
    for entry in given.entries {
      do {
        values.append((entry.key, entry.keySpan, try DrawnValue(entry)))
      } catch let error as DiagnosticError {
        mistakes += error.diagnostics
      }
    }
    try mistakes.throwIfAny()
    (self.count, self.seed, self.values, span) = (Int(count), seed, values, node.span)
  }

  /// The alternatives, no two alike.
  ///
  /// A key's values are a stream of their own: another key beside it changes none of them.
  ///
  /// - Throws: `DiagnosticError` when there are not so many, or a key is none.
  func axis() throws -> SweepAxis {
    let root = RandomGenerator(seed: UInt64(seed)).split("sweep")
    var streams = values.map { root.split($0.key) }
    var alternatives: [[Overrides.Setting]] = []
    var seen: Set<[String]> = []
    var misses = 0
    while alternatives.count < count {
      let nodes = values.indices.map { values[$0].drawn.next(&streams[$0]) }
      guard seen.insert(nodes.map(\.shortText)).inserted else {
        misses += 1
        guard misses < 1000 else {
          throw DiagnosticError(
            "'sweep.random' draws \(count) different combinations, and there are hardly more than "
              + "\(alternatives.count)", at: span,
            hints: ["make 'count' smaller, or try all of them: grid"])
        }
        continue
      }
      alternatives.append(
        try zip(values, nodes).map { value, node in
          try Overrides.Setting(key: value.key, at: value.span, node)
        })
    }
    return SweepAxis(alternatives: alternatives)
  }
}

/// What a key of a random search may have: one of a list, or a number of a range.
private enum DrawnValue {
  /// How numbers lie in a range.
  enum Scale: String, CaseIterable {
    case linear, log, integer
  }

  case list([ConfigurationNode])
  case range(from: Double, to: Double, Scale, SourceSpan)

  init(_ entry: ConfigurationNode.Entry) throws {
    if let elements = entry.value.elements, !elements.isEmpty {
      self = .list(elements)
      return
    }
    guard case .mapping = entry.value.value else {
      throw DiagnosticError(
        "'\(entry.key)' must be a list of values or a range, as {from: 1e-4, to: 1e-2, scale: log}, found "
          + entry.value.kindDescription,
        at: entry.value.isNull ? entry.keySpan : entry.value.span)
    }
    let reader = OptionReader(entry.value, section: "sweep.random.values.\(entry.key)")
    var (from, to, scale) = (0.0, 0.0, Scale.linear)
    reader.requiredNumber("from", &from, help: "the smallest")
    reader.requiredNumber("to", &to, help: "the largest")
    reader.choice("scale", &scale, help: "linear, log, or integer for whole numbers")
    reader.finish()
    try reader.throwIfInvalid()
    let areWhole = [from, to].allSatisfy { $0 == $0.rounded() && abs($0) < 1e15 }
    let faults = [
      from >= to ? "'from' must be below 'to'" : nil,
      scale == .log && from <= 0 ? "scale: log needs a 'from' above 0" : nil,
      scale == .integer && !areWhole ? "scale: integer needs whole numbers" : nil,
    ]
    try faults.compactMap(\.self).map {
      Diagnostic("'\(entry.key)': \($0)", at: entry.value.span)
    }.throwIfAny()
    self = .range(from: from, to: to, scale, entry.value.span)
  }

  /// The next value; a number that is not whole has four digits.
  func next(_ stream: inout RandomGenerator) -> ConfigurationNode {
    // Of 64 bits as many as a double holds.
    let words = stream.words(2)
    let share = Double((UInt64(words[0]) << 32 | UInt64(words[1])) >> 11) / 9_007_199_254_740_992
    switch self {
    case .list(let elements):
      return elements[min(elements.count - 1, Int(share * Double(elements.count)))]
    case .range(let from, let to, let scale, let span):
      let text =
        switch scale {
        case .integer: "\(Int(from + (share * (to - from + 1)).rounded(.down)))"
        case .linear: Self.digits(from + share * (to - from))
        case .log: Self.digits(from * pow(to / from, share))
        }
      return ConfigurationNode(.scalar(text: text, isQuoted: false), span: span)
    }
  }

  private static func digits(_ value: Double) -> String {
    String(format: "%.4g", locale: Locale(identifier: "en_US_POSIX"), value)
  }
}
