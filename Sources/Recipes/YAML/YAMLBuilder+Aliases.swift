import PETL

extension YAMLBuilder {
  /// The node that `*name` stands for, counted as if it were written out.
  mutating func alias(_ name: String, _ event: YAMLEvent, depth: Int) throws -> Built {
    let span = locator.span(event.start, event.end)
    switch anchors[name] {
    case .complete(let built):
      try count(built.size, depth: depth, at: event)
      return built
    case .open:
      mistakes.append(
        Diagnostic("'*\(name)' stands within '&\(name)', so it would never end", at: span))
    case nil:
      // Of a text with thousands of them only the first are listed.
      let nearest =
        mistakes.count < YAMLLimits.mistakes
        ? nearestName(to: name, among: anchors.keys.sorted()) : nil
      mistakes.append(
        Diagnostic(
          "there is no '&\(name)' before '*\(name)'", at: span,
          hints: nearest.map { ["did you mean '*\($0)'?"] } ?? []))
    }
    let placeholder = ConfigurationNode(.scalar(text: "", isQuoted: false), span: span)
    try count(Size(), depth: depth, at: event)
    return Built(node: placeholder, size: Size())
  }

  /// Whether a scalar is a string whatever it looks like.
  mutating func checkScalar(
    _ text: String, isPlain: Bool, tag name: String?, _ event: YAMLEvent
  ) -> Bool {
    guard let name else { return !isPlain }
    switch YAMLTag(name) {
    case .string: return true
    case .plain where isPlain: return false
    case .plain:
      refuse(name, "goes with a scalar without quotes only", event)
    case .sequence, .mapping:
      refuse(name, "does not go with a scalar", event)
    case nil:
      refuse(name, "is not supported", event)
    }
    return !isPlain
  }

  /// Refuses a tag of a list or a mapping that is not the one given.
  mutating func check(_ name: String?, is expected: YAMLTag, _ event: YAMLEvent) {
    guard let name, YAMLTag(name) != expected, name != "!" else { return }
    let isKnown = YAMLTag(name) != nil
    let kind = expected == .sequence ? "list" : "mapping"
    refuse(name, isKnown ? "does not go with a \(kind)" : "is not supported", event)
  }

  private mutating func refuse(_ tag: String, _ reason: String, _ event: YAMLEvent) {
    mistakes.append(
      Diagnostic(
        "the tag '\(YAMLTag.written(tag))' \(reason)", at: locator.span(event.start, event.end)))
  }
}
