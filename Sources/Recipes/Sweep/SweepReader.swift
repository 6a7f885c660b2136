import PETL

/// Reads what varies, and collects every mistake.
struct SweepReader {
  private let node: ConfigurationNode
  private(set) var mistakes: [Diagnostic] = []

  init(_ node: ConfigurationNode) {
    self.node = node
  }

  /// Everything that varies, that which varies slowest first.
  mutating func axes(overrides: [String]) -> [SweepAxis] {
    var given: [SweepAxis] = []
    for text in overrides {
      attempt {
        given.append(SweepAxis(alternatives: try Overrides.Setting.alternatives(text).map { [$0] }))
      }
    }
    let keys = Set(given.flatMap(\.keys))
    var own: [SweepAxis] = []
    for axis in sections() {
      let both = axis.keys.intersection(keys)
      if both.isEmpty {
        own.append(axis)
      } else if !axis.isOfOneKey {
        mistakes.append(
          Diagnostic(
            "'\(both.sorted().joined(separator: "', '"))' is given by --set and by the sweep",
            at: axis.alternatives.first?.first?.pathSpan, hints: ["remove one of them"]))
      }
    }
    for (index, axis) in own.enumerated() {
      let both = own[..<index].reduce(into: Set<String>()) { $0.formUnion($1.keys) }
        .intersection(axis.keys)
      if !both.isEmpty {
        mistakes.append(
          Diagnostic(
            "'\(both.sorted().joined(separator: "', '"))' is given by two parts of the sweep",
            at: axis.alternatives.first?.first?.pathSpan, hints: ["remove one of them"]))
      }
    }
    // Neighbours differ in the seed: runs side by side then share no stage that both would train.
    let axes =
      (given + own).filter { $0.keys != ["seed"] } + (given + own).filter { $0.keys == ["seed"] }
    var count = 1
    for axis in axes where count <= SweepRecipe.mostPoints { count *= axis.alternatives.count }
    if count > SweepRecipe.mostPoints {
      mistakes.append(
        Diagnostic("the sweep has more than \(SweepRecipe.mostPoints) runs", at: node.span))
    }
    return axes
  }

  /// Every choice of one alternative of each axis; the last axis varies first.
  static func combinations(_ axes: [SweepAxis]) -> [[Overrides.Setting]] {
    axes.reduce([[]]) { found, axis in
      found.flatMap { start in axis.alternatives.map { start + $0 } }
    }
  }

  private mutating func sections() -> [SweepAxis] {
    guard let sweep = node.entry("sweep") else { return [] }
    guard case .mapping(let entries) = sweep.value.value else {
      mistakes.append(
        Diagnostic(
          "'sweep' must be a mapping, found \(sweep.value.kindDescription)", at: sweep.value.span))
      return []
    }
    let known = SweepPart.allCases.map(\.rawValue)
    for entry in entries where !known.contains(entry.key) {
      let nearest = nearestName(to: entry.key, among: known).map { ["did you mean '\($0)'?"] }
      mistakes.append(
        Diagnostic(
          "unknown key '\(entry.key)' in 'sweep'", at: entry.keySpan,
          hints: nearest ?? ["expected \(known.joined(separator: ", "))"]))
    }
    if let random = sweep.value.entry(SweepPart.random.rawValue),
      sweep.value.entry(SweepPart.paired.rawValue) != nil
    {
      mistakes.append(
        Diagnostic(
          "'random' and 'paired' exclude each other", at: random.keySpan,
          hints: ["a list of mappings under random.values varies a section: adapter: [{…}, {…}]"]))
    }
    return SweepPart.allCases.flatMap { part in
      let entry = sweep.value.entry(part.rawValue)
      return switch part {
      case .grid: grid(entry)
      case .paired: paired(entry)
      case .random: random(entry)
      case .data: data(entry)
      case .seeds: seeds(entry)
      }
    }
  }

  private mutating func random(_ entry: ConfigurationNode.Entry?) -> [SweepAxis] {
    guard let entry else { return [] }
    guard case .mapping = entry.value.value else {
      refuse(entry, "a mapping, as {count: 20, values: {adapter.rank: [2, 4, 8]}}")
      return []
    }
    var axes: [SweepAxis] = []
    attempt { axes.append(try RandomSearch(entry.value).axis()) }
    return axes
  }

  private mutating func grid(_ entry: ConfigurationNode.Entry?) -> [SweepAxis] {
    guard let entry else { return [] }
    guard case .mapping(let keys) = entry.value.value else {
      refuse(entry, "a mapping of keys to lists, as {adapter.rank: [2, 4]}")
      return []
    }
    return keys.compactMap { key in
      axis(key) { [try Overrides.Setting(key: key.key, at: key.keySpan, $0)] }
    }
  }

  private mutating func paired(_ entry: ConfigurationNode.Entry?) -> [SweepAxis] {
    guard let entry else { return [] }
    let words = "a list of mappings, as [{adapter.type: lora, adapter.rank: 4}]"
    return [
      axis(entry) { element in
        guard !element.entries.isEmpty else {
          throw DiagnosticError("'paired' must be \(words)", at: element.span)
        }
        return try element.entries.map {
          try Overrides.Setting(key: $0.key, at: $0.keySpan, $0.value)
        }
      }
    ].compactMap(\.self)
  }

  /// A name or a path takes the place of the one in `data`; a mapping that of the whole section.
  private mutating func data(_ entry: ConfigurationNode.Entry?) -> [SweepAxis] {
    guard let entry else { return [] }
    let key = Self.dataKey(node)
    return [
      axis(entry) { element in
        let isSection = !element.entries.isEmpty
        return [
          try Overrides.Setting(key: isSection ? "data" : key, at: entry.keySpan, element)
        ]
      }
    ].compactMap(\.self)
  }

  /// What a name or path in `data` of a sweep takes the place of.
  static func dataKey(_ node: ConfigurationNode) -> String {
    let source = node.entry("data")?.value.entry("type")?.value.stringValue ?? "embedded"
    return ["embedded", "vtab"].contains(source) ? "data.name" : "data.path"
  }

  private mutating func seeds(_ entry: ConfigurationNode.Entry?) -> [SweepAxis] {
    guard let entry else { return [] }
    return [
      axis(entry) { [try Overrides.Setting(key: "seed", at: entry.keySpan, $0)] }
    ].compactMap(\.self)
  }

  /// The axis of a list; nil for anything else, which is then reported.
  private mutating func axis(
    _ entry: ConfigurationNode.Entry, _ read: (ConfigurationNode) throws -> [Overrides.Setting]
  ) -> SweepAxis? {
    guard let elements = entry.value.elements else {
      refuse(entry, "a list with a value for each run")
      return nil
    }
    guard !elements.isEmpty else {
      mistakes.append(Diagnostic("'\(entry.key)' is an empty list", at: entry.value.span))
      return nil
    }
    var alternatives: [[Overrides.Setting]] = []
    for element in elements { attempt { alternatives.append(try read(element)) } }
    return SweepAxis(alternatives: alternatives)
  }

  private mutating func refuse(_ entry: ConfigurationNode.Entry, _ expected: String) {
    mistakes.append(
      Diagnostic(
        "'\(entry.key)' must be \(expected), found \(entry.value.kindDescription)",
        at: entry.value.isNull ? entry.keySpan : entry.value.span))
  }

  private mutating func attempt(_ body: () throws -> Void) {
    do {
      try body()
    } catch let error as DiagnosticError {
      mistakes += error.diagnostics
    } catch {
      mistakes.append(Diagnostic("\(error)"))
    }
  }
}
