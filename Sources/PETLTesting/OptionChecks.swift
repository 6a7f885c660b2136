import PETL

extension Conformance {
  /// What is wrong with options: mistakes must be found, with a position, and what was made in code,
  /// written and read again must be equal.
  static func optionFindings<Options: PluginOptions>(of options: Options) -> [ConformanceFinding] {
    readingFindings(of: Options.self) + roundTripFindings(of: options)
  }

  /// What is wrong with the way options are read: mistakes must be found, with a position.
  private static func readingFindings<Options: PluginOptions>(
    of type: Options.Type
  ) -> [ConformanceFinding] {
    let describing = OptionReader(describing: "options")
    _ = Options(from: describing)
    let descriptors = describing.descriptors
    var findings: [ConformanceFinding] = []
    func note(_ detail: String) {
      findings.append(ConformanceFinding(check: "options", detail: detail))
    }
    for descriptor in descriptors where descriptor.help.isEmpty {
      note("'\(descriptor.name)' has no help")
    }
    if !describing.diagnostics.isEmpty {
      note("describing the options reports \(describing.diagnostics)")
    }
    let isComplete = descriptors.allSatisfy { $0.defaultValue != "required" }
    if isComplete, !mistakes([], Options.self).isEmpty {
      note("the defaults are reported: \(mistakes([], Options.self))")
    }
    if isComplete, let complaint = complaintAboutResolved(Options.self) {
      note("the options of a finished run cannot be read again: \(complaint)")
    }
    let unknown = Trial(key: "no_such_option", value: .text("1"))
    if !isFound(unknown, Options.self) { note("an unknown option is not reported at its place") }
    // Nested options are the business of their own reader.
    for descriptor in descriptors where !descriptor.name.contains(".") {
      for value in wrongValues(of: descriptor)
      where !isFound(Trial(key: descriptor.name, value: value), Options.self) {
        note("'\(descriptor.name): \(value.words)' is not reported at its place")
      }
    }
    return findings
  }

  /// What is wrong with the resolved options that a run stores, defaults and all.
  private static func complaintAboutResolved<Options: PluginOptions>(
    _ type: Options.Type
  ) -> String? {
    let span = SourceSpan(source: SourceText(name: "options", text: "{}"), line: 1, column: 1)
    let empty = ConfigurationNode(.mapping([]), span: span)
    let first = OptionReader(empty, section: "options")
    _ = Options(from: first)
    let again = OptionReader(first.resolved, section: "options")
    _ = Options(from: again)
    again.finish()
    return again.diagnostics.first?.message
  }

  /// A value to try.
  private enum Value {
    case text(String)
    case mapping

    var words: String {
      switch self {
      case .text(let text): text
      case .mapping: "{no_such_option: 1}"
      }
    }
  }

  private struct Trial {
    let key: String
    let value: Value
  }

  /// Values that the option's own description excludes.
  private static func wrongValues(of descriptor: OptionDescriptor) -> [Value] {
    let kind = descriptor.kind
    // A string may be anything, as may what a plugin reads itself; both must be one value at least.
    if kind == "string" || kind == "any" { return [.mapping] }
    var values: [Value] = [.text("no-such-value")]
    let isInteger = kind.contains("integer")
    guard !kind.hasPrefix("list") else { return values }
    let (lower, upper) = descriptor.bounds
    func add(_ number: Double) {
      values.append(.text(isInteger ? "\(Int(number))" : "\(number)"))
    }
    if let lower { add(lower - max(1, abs(lower))) }
    if let upper { add(upper + max(1, abs(upper))) }
    return values
  }

  /// Whether the value is reported where it stands, and not just somewhere.
  private static func isFound<Options: PluginOptions>(
    _ trial: Trial, _ type: Options.Type
  ) -> Bool {
    mistakes([trial], type).contains { ($0.span?.line ?? 0) > 1 }
  }

  /// What is reported of a mapping that stands in lines 2 and on.
  private static func mistakes<Options: PluginOptions>(
    _ trials: [Trial], _ type: Options.Type
  ) -> [Diagnostic] {
    let lines = trials.map { "  \($0.key): \($0.value.words)" }
    let source = SourceText(
      name: "options", text: (["options:"] + lines).joined(separator: "\n"))
    let entries = trials.enumerated().map { index, trial in
      func span(_ column: Int, _ length: Int) -> SourceSpan {
        SourceSpan(source: source, line: index + 2, column: column, length: length)
      }
      let (keySpan, valueSpan) = (
        span(3, trial.key.count), span(trial.key.count + 5, trial.value.words.count)
      )
      let one = ConfigurationNode(.scalar(text: "1", isQuoted: false), span: valueSpan)
      let value: ConfigurationNode.Value =
        switch trial.value {
        case .text(let text): .scalar(text: text, isQuoted: false)
        case .mapping: .mapping([.init(key: "no_such_option", keySpan: valueSpan, value: one)])
        }
      return ConfigurationNode.Entry(
        key: trial.key, keySpan: keySpan, value: ConfigurationNode(value, span: valueSpan))
    }
    let place = SourceSpan(source: source, line: 1, column: 1, length: 7)
    let reader = OptionReader(ConfigurationNode(.mapping(entries), span: place), section: "options")
    _ = Options(from: reader)
    reader.finish()
    return reader.diagnostics
  }
}
