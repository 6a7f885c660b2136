import PETL

extension YAMLReader {
  /// Refuses bytes that are not UTF-8, at the first of them.
  static func checkEncoding(_ bytes: ArraySlice<UInt8>, _ locator: SpanLocator) throws {
    var decoder = Unicode.UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    var offset = 0
    while true {
      switch decoder.parseScalar(from: &iterator) {
      case .valid(let scalar): offset += scalar.count
      case .emptyInput: return
      case .error:
        let byte = bytes[bytes.startIndex + offset]
        let code = String(byte, radix: 16, uppercase: true)
        throw DiagnosticError(
          "the byte 0x\(code.count < 2 ? "0" : "")\(code) is not UTF-8",
          at: locator.span(ofByte: offset, in: bytes), hints: ["save the file as UTF-8"])
      }
    }
  }
}

extension Diagnostic {
  /// What libyaml found, in the place where it found it.
  init(_ problem: YAMLProblem, _ locator: SpanLocator, _ bytes: some Collection<UInt8>) {
    var hints: [String] = []
    let span: SourceSpan
    switch problem.place {
    case .byte(let offset): span = locator.span(ofByte: offset, in: bytes)
    case .mark(let mark):
      span = locator.span(mark)
      if let context = problem.context, context.start.line + 1 != span.line {
        hints.append("\(context.text) that starts on line \(context.start.line + 1)")
      } else if let context = problem.context {
        hints.append(context.text)
      }
    }
    if let advice = Self.advice(problem.message, Self.character(at: span)) { hints.append(advice) }
    self.init("this is not YAML: \(problem.message)", at: span, hints: hints)
  }

  private static func character(at span: SourceSpan) -> Character? {
    guard span.source.lines.indices.contains(span.line - 1) else { return nil }
    return span.source.lines[span.line - 1].dropFirst(span.column - 1).first
  }

  /// What to do about libyaml's most common complaints.
  private static func advice(_ problem: String, _ character: Character?) -> String? {
    switch (problem, character) {
    case (_, "\t"): "indent with spaces: YAML does not allow a tab here"
    case ("found character that cannot start any token", let character?):
      "put a text that starts with '\(character)' in quotes"
    case ("mapping values are not allowed in this context", _):
      "check the indentation, and put a text that holds ': ' in quotes"
    case ("could not find expected ':'", _): "a key is followed by ': ' and its value"
    default: nil
    }
  }
}
