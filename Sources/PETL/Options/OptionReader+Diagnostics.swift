extension OptionReader {
  /// Every mistake of this section and the sections within, in the order of their positions.
  ///
  /// Those in the text that the section stands in come first, then those of other texts
  /// (overrides), then those without a place. Reading an option twice reports its mistake once.
  package var diagnostics: [Diagnostic] {
    let all = mistakes + children.flatMap(\.diagnostics)
    let sorted = all.enumerated().sorted { left, right in
      let (a, b) = (sortingKey(left.element), sortingKey(right.element))
      return a == b ? left.offset < right.offset : a < b
    }.map(\.element)
    var seen: Set<String> = []
    return sorted.filter { diagnostic in
      let place = diagnostic.span.map { "\($0)" } ?? ""
      return seen.insert("\(place) \(diagnostic.message)").inserted
    }
  }

  private func sortingKey(_ diagnostic: Diagnostic) -> (Int, String, Int, Int) {
    guard let span = diagnostic.span else { return (2, "", 0, 0) }
    let isOwn = span.source === place?.source
    return (isOwn ? 0 : 1, isOwn ? "" : span.source.name, span.line, span.column)
  }

  /// Adds a mistake at the value of `key`, or at the mapping as a whole.
  ///
  /// A caller uses it for what one getter cannot see, such as two options that exclude each other.
  public func report(_ message: String, at key: String? = nil, hints: [String] = []) {
    mistakes.append(Diagnostic(message, at: key.map { span(of: $0) } ?? place, hints: hints))
  }

  /// Ends the reading: a key that no getter asked for is a mistake, here and in the sections within.
  ///
  /// The hint is the section that the key belongs under, when `knownElsewhere` (key to sections)
  /// has it, or else what a key of another library is called here, or the nearest key of this section, or the list of
  /// its keys.
  package func finish(knownElsewhere: @autoclosure () -> [String: [String]] = [:]) {
    finish(knownElsewhere)
  }

  /// The same; what is known elsewhere is asked for where a key is unknown alone.
  private func finish(_ knownElsewhere: () -> [String: [String]]) {
    guard !isFinished else { return }
    isFinished = true
    for entry in entries where !declaredKeys.contains(entry.key) {
      let within = section.isEmpty ? "" : " in '\(section)'"
      mistakes.append(
        Diagnostic(
          "unknown key '\(entry.key)'\(within)", at: entry.keySpan,
          hints: [hint(forUnknown: entry.key, knownElsewhere())]))
    }
    for child in children { child.finish(knownElsewhere) }
  }

  private func hint(forUnknown key: String, _ knownElsewhere: [String: [String]]) -> String {
    let keys = declarations.map(\.descriptor.name)
    let foreign = ForeignName(key: key)
    if let foreign, let hint = foreign.hint(in: section, keys), foreign.isOption(of: section) {
      return hint
    }
    let sections = (knownElsewhere[key] ?? []).filter { !"\(section).".hasPrefix("\($0).") }
    if !sections.isEmpty {
      return "'\(key)' belongs under \(sections.map { "'\($0)'" }.joined(separator: " or "))"
    }
    if let hint = foreign?.hint(in: section, keys) { return hint }
    if let nearest = nearestName(to: key, among: keys) { return "did you mean '\(nearest)'?" }
    return keys.isEmpty
      ? "no options are known here" : "known keys: \(keys.joined(separator: ", "))"
  }

  /// Throws all mistakes at once, if there are any errors among them.
  package func throwIfInvalid() throws {
    let found = diagnostics
    if found.contains(where: { $0.severity == .error }) { throw DiagnosticError(found) }
  }
}
