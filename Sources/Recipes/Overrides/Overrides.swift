import PETL

/// Values given on the command line as `--set a.b.c=value`, in place of those of the recipe.
///
/// The path names keys of mappings, which are made where they are missing, and elements of lists by
/// their index from 0: `regularizers.0.weight=0.1`. The value is YAML, so `[query, value]` is a
/// list. Of two for the same path the later wins.
public struct Overrides: Sendable {
  /// One `a.b.c=value`.
  struct Setting: Sendable {
    let path: [String]
    let pathSpan: SourceSpan
    let value: ConfigurationNode
  }

  let settings: [Setting]

  /// Parses what was given to each `--set`, and throws all mistakes at once.
  public init(_ texts: [String]) throws {
    var settings: [Setting] = []
    var mistakes: [Diagnostic] = []
    for text in texts {
      try mistakes.collect {
        settings.append(try Setting(text))
      }
    }
    try mistakes.throwIfAny()
    self.settings = settings
  }

  /// A mapping of nothing but the overrides.
  ///
  /// - Throws: `DiagnosticError` with every mistake.
  package func node() throws -> ConfigurationNode {
    let top = SourceSpan(source: SourceText(name: "--set", text: ""), line: 1, column: 1)
    return try apply(to: ConfigurationNode(.mapping([]), span: top))
  }

  /// The node with every override in place; throws all mistakes at once.
  package func apply(to node: ConfigurationNode) throws -> ConfigurationNode {
    var node = node
    var mistakes: [Diagnostic] = []
    for setting in settings {
      try mistakes.collect {
        node = try setting.apply(to: node, at: 0)
      }
    }
    try mistakes.throwIfAny()
    return node
  }
}

extension Overrides.Setting {
  /// Parses `a.b.c=value`.
  init(_ text: String) throws {
    let option = "--set "
    let source = SourceText(name: option + text, text: option + text)
    func span(_ part: Substring) -> SourceSpan {
      let before = text[..<part.startIndex].count
      return SourceSpan(
        source: source, line: 1, column: option.count + before + 1, length: part.count)
    }
    let form = "write --set section.key=value, for example --set adapter.rank=4"
    guard let equals = text.firstIndex(of: "=") else {
      throw DiagnosticError("'=' is missing", at: span(text[...]), hints: [form])
    }
    let path = text[..<equals]
    let parts = path.split(separator: ".", omittingEmptySubsequences: false)
    if parts.contains("") {
      throw DiagnosticError("a key is missing in the path '\(path)'", at: span(path), hints: [form])
    }
    if parts.count > YAMLLimits.depth {
      throw DiagnosticError("the path is deeper than \(YAMLLimits.depth) levels", at: span(path))
    }
    self.path = parts.map(String.init)
    self.pathSpan = span(path)
    let value = text[text.index(after: equals)...]
    let offset = option.unicodeScalars.count + path.unicodeScalars.count + 1
    guard let given = try YAMLReader.parse(Array(value.utf8), SpanLocator(source, offset: offset))
    else {
      throw DiagnosticError(
        "'\(path)' is given no value", at: span(path),
        hints: ["expected --set \(path)=VALUE; where there may be none, it is null"])
    }
    self.value = given
  }
}
