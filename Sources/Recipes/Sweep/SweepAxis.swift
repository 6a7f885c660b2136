import PETL

/// One thing that varies in a sweep: of its alternatives each run has one.
struct SweepAxis {
  /// What an alternative sets, in order.
  let alternatives: [[Overrides.Setting]]

  /// The keys that it sets, without their values.
  var keys: Set<String> { Set(alternatives.joined().map(\.key)) }

  /// Whether it varies one key alone, as an entry of `grid` does.
  var isOfOneKey: Bool { keys.count == 1 && alternatives.allSatisfy { $0.count == 1 } }
}

extension Overrides.Setting {
  /// The dotted key.
  var key: String { path.joined(separator: ".") }

  /// A key of a recipe, as `adapter.rank`, with a value.
  ///
  /// - Throws: `DiagnosticError` when the key has an empty part.
  init(key: String, at span: SourceSpan, _ value: ConfigurationNode) throws {
    let parts = key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard !parts.contains(""), parts.count <= YAMLLimits.depth else {
      throw DiagnosticError(
        "'\(key)' is not the key of an option", at: span,
        hints: ["write sections and option with points between: adapter.rank"])
    }
    self.init(path: parts, pathSpan: span, value: value)
  }

  /// The alternatives of `a.b=1,2`: one setting for each part between commas outside brackets.
  ///
  /// - Throws: `DiagnosticError` when the text is no setting.
  static func alternatives(_ text: String) throws -> [Overrides.Setting] {
    // What has no key or no path is refused by the reading of a single one.
    guard let equals = text.firstIndex(of: "=") else { return [try Overrides.Setting(text)] }
    let key = text[...equals]
    return try parts(text[text.index(after: equals)...]).map {
      try Overrides.Setting(key + $0)
    }
  }

  /// The parts between commas that no bracket or quote holds.
  private static func parts(_ text: Substring) -> [String] {
    var parts = [""]
    var depth = 0
    var quote: Character?
    for character in text {
      if let open = quote {
        if character == open { quote = nil }
      } else if character == "'" || character == "\"" {
        quote = character
      } else if "[{".contains(character) {
        depth += 1
      } else if "]}".contains(character) {
        depth -= 1
      } else if character == ",", depth == 0 {
        parts.append("")
        continue
      }
      parts[parts.count - 1].append(character)
    }
    return parts
  }
}

extension ConfigurationNode {
  /// The elements of a list; nil for anything else.
  var elements: [ConfigurationNode]? {
    guard case .sequence(let elements) = value else { return nil }
    return elements
  }

  /// The entry of a key.
  func entry(_ key: String) -> Entry? { entries.first { $0.key == key } }

  /// A scalar as it was written; a list or mapping on one line.
  var shortText: String {
    switch value {
    case .scalar(let text, _): text
    case .sequence(let elements): "[" + elements.map(\.shortText).joined(separator: ", ") + "]"
    case .mapping(let entries):
      "{" + entries.map { "\($0.key): \($0.value.shortText)" }.joined(separator: ", ") + "}"
    }
  }
}
