import CYAML
import PETL

/// A YAML text being written: the only code that touches libyaml's emitter.
@safe
final class YAMLOutput {
  enum Style {
    case plain
    case singleQuoted
    case doubleQuoted
  }

  /// Where libyaml's call-back appends to.
  private final class Buffer {
    var bytes: [UInt8] = []
  }

  private let emitter: UnsafeMutablePointer<yaml_emitter_t>
  private let buffer = Buffer()

  init() {
    unsafe emitter = .allocate(capacity: 1)
    let isReady = unsafe yaml_emitter_initialize(emitter)
    require(isReady == 1, "libyaml has no memory for an emitter")
    let target = unsafe Unmanaged.passUnretained(buffer).toOpaque()
    unsafe yaml_emitter_set_output(
      emitter,
      { target, bytes, count in
        guard let target = unsafe target else { return 0 }
        let buffer = unsafe Unmanaged<Buffer>.fromOpaque(target).takeUnretainedValue()
        unsafe buffer.bytes += UnsafeBufferPointer(start: bytes, count: count)
        return 1
      }, target)
    unsafe yaml_emitter_set_encoding(emitter, YAML_UTF8_ENCODING)
    unsafe yaml_emitter_set_unicode(emitter, 1)
    unsafe yaml_emitter_set_width(emitter, -1)
  }

  deinit {
    unsafe yaml_emitter_delete(emitter)
    unsafe emitter.deallocate()
  }

  /// What has been written, after `finish()`.
  var text: String { String(decoding: buffer.bytes, as: UTF8.self) }

  func start() {
    unsafe emit { unsafe yaml_stream_start_event_initialize($0, YAML_UTF8_ENCODING) }
    unsafe emit { unsafe yaml_document_start_event_initialize($0, nil, nil, nil, 1) }
  }

  func finish() {
    unsafe emit { unsafe yaml_document_end_event_initialize($0, 1) }
    unsafe emit { unsafe yaml_stream_end_event_initialize($0) }
  }

  func startSequence() {
    unsafe emit {
      unsafe yaml_sequence_start_event_initialize($0, nil, nil, 1, YAML_BLOCK_SEQUENCE_STYLE)
    }
  }

  func endSequence() {
    unsafe emit { unsafe yaml_sequence_end_event_initialize($0) }
  }

  func startMapping() {
    unsafe emit {
      unsafe yaml_mapping_start_event_initialize($0, nil, nil, 1, YAML_BLOCK_MAPPING_STYLE)
    }
  }

  func endMapping() {
    unsafe emit { unsafe yaml_mapping_end_event_initialize($0) }
  }

  /// Writes a scalar; libyaml quotes it more strongly where `style` cannot hold it.
  func scalar(_ text: String, style: Style) {
    let rawStyle =
      switch style {
      case .plain: YAML_PLAIN_SCALAR_STYLE
      case .singleQuoted: YAML_SINGLE_QUOTED_SCALAR_STYLE
      case .doubleQuoted: YAML_DOUBLE_QUOTED_SCALAR_STYLE
      }
    let bytes = Array(text.utf8)
    unsafe emit { event in
      unsafe bytes.withUnsafeBufferPointer { bytes in
        // libyaml wants a pointer even to nothing.
        var nothing: UInt8 = 0
        return unsafe withUnsafePointer(to: &nothing) { nothing in
          unsafe yaml_scalar_event_initialize(
            event, nil, nil, bytes.baseAddress ?? nothing, Int32(bytes.count), 1, 1, rawStyle)
        }
      }
    }
  }

  /// Hands one event to libyaml, which then owns it.
  private func emit(_ make: (UnsafeMutablePointer<yaml_event_t>) -> Int32) {
    var event = unsafe yaml_event_t()
    let isMade = unsafe make(&event)
    require(isMade == 1, "libyaml has no memory for an event")
    let isWritten = unsafe yaml_emitter_emit(emitter, &event)
    require(isWritten == 1, "libyaml refused an event that is always allowed")
  }
}
