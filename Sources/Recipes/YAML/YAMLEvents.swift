import CYAML
import PETL

/// The events of a YAML text, one by one: the only code that touches libyaml's parser.
///
/// It owns a copy of the bytes and the parser, and hands out values only.
@safe
final class YAMLEvents {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let input: UnsafeMutableBufferPointer<UInt8>

  /// Starts on `bytes`, which must be UTF-8 without a byte order mark.
  init(_ bytes: some Collection<UInt8>) {
    unsafe parser = .allocate(capacity: 1)
    unsafe input = .allocate(capacity: bytes.count)
    _ = unsafe input.initialize(from: bytes)
    // Its only failure is a failed allocation.
    let isReady = unsafe yaml_parser_initialize(parser)
    require(isReady == 1, "libyaml has no memory for a parser")
    unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    unsafe yaml_parser_set_input_string(parser, input.baseAddress, input.count)
  }

  deinit {
    unsafe yaml_parser_delete(parser)
    unsafe parser.deallocate()
    unsafe input.deallocate()
  }

  /// The next event.
  ///
  /// After a problem, or the end of the stream, there is nothing more to ask for.
  func next() throws(YAMLProblem) -> YAMLEvent {
    var raw = unsafe yaml_event_t()
    guard unsafe yaml_parser_parse(parser, &raw) == 1 else { throw problem() }
    defer { unsafe yaml_event_delete(&raw) }
    return unsafe YAMLEvent(
      kind: Self.kind(of: raw), start: YAMLMark(raw.start_mark), end: YAMLMark(raw.end_mark))
  }

  private static func kind(of raw: yaml_event_t) -> YAMLEvent.Kind {
    switch unsafe raw.type {
    case YAML_DOCUMENT_START_EVENT: return .documentStart
    case YAML_DOCUMENT_END_EVENT: return .documentEnd
    case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
    case YAML_MAPPING_END_EVENT: return .mappingEnd
    case YAML_STREAM_START_EVENT: return .streamStart
    case YAML_ALIAS_EVENT: return .alias(unsafe string(raw.data.alias.anchor) ?? "")
    case YAML_SCALAR_EVENT:
      let scalar = unsafe raw.data.scalar
      let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      let properties = unsafe properties(scalar.anchor, scalar.tag)
      return unsafe .scalar(
        text: String(decoding: bytes, as: UTF8.self),
        isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE, properties)
    case YAML_SEQUENCE_START_EVENT:
      let sequence = unsafe raw.data.sequence_start
      return unsafe .sequenceStart(properties(sequence.anchor, sequence.tag))
    case YAML_MAPPING_START_EVENT:
      let mapping = unsafe raw.data.mapping_start
      return unsafe .mappingStart(properties(mapping.anchor, mapping.tag))
    default: return .streamEnd
    }
  }

  private static func properties(
    _ anchor: UnsafeMutablePointer<UInt8>?, _ tag: UnsafeMutablePointer<UInt8>?
  ) -> YAMLEvent.Properties {
    unsafe YAMLEvent.Properties(anchor: string(anchor), tag: string(tag))
  }

  private static func string(_ pointer: UnsafeMutablePointer<UInt8>?) -> String? {
    unsafe pointer.map { unsafe String(cString: $0) }
  }

  private func problem() -> YAMLProblem {
    let state = unsafe parser.pointee
    let message = unsafe state.problem.map { unsafe String(cString: $0) }
    if unsafe state.error == YAML_READER_ERROR {
      return unsafe YAMLProblem(
        message: message ?? "unreadable character", place: .byte(state.problem_offset),
        context: nil)
    }
    let context = unsafe state.context.map { unsafe String(cString: $0) }
    return unsafe YAMLProblem(
      message: message ?? "malformed text", place: .mark(YAMLMark(state.problem_mark)),
      context: context.map { unsafe ($0, YAMLMark(state.context_mark)) })
  }
}

extension YAMLMark {
  fileprivate init(_ mark: yaml_mark_t) {
    self.init(line: mark.line, column: mark.column)
  }
}
