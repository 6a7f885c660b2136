/// A file of figures as TensorBoard reads them: records, each a message of protocol buffers with its length and
/// checksums.
///
/// Source: tensorflow/core/util/event.proto and framework/summary.proto, of which a step and plain numbers are used. All
/// times are 0, so that the same figures are the same bytes.
public struct EventFile: Sendable {
  /// The name that TensorBoard looks for.
  public static let name = "events.out.tfevents.0.petl"

  /// The contents of the file.
  public private(set) var bytes: [UInt8] = []

  /// Starts a file.
  public init() {
    // 3: file_version.
    append(Self.time + Self.field(3, Array("brain.Event:2".utf8)))
  }

  /// Adds figures of one step; those that are no finite numbers are left out.
  ///
  /// - Parameters:
  ///   - figures: by name; a slash groups them.
  ///   - step: their place on the horizontal axis.
  public mutating func add(_ figures: [String: Double], step: Int) {
    var summary: [UInt8] = []
    for (name, value) in figures.sorted(by: { $0.key < $1.key }) where Float(value).isFinite {
      // 1: tag, 2: simple_value.
      let number = [2 << 3 | 5] + Self.littleEndian(UInt64(Float(value).bitPattern), count: 4)
      summary += Self.field(1, Self.field(1, Array(name.utf8)) + number)
    }
    guard !summary.isEmpty else { return }
    // 2: step, 5: summary.
    append(Self.time + [2 << 3] + Self.varint(UInt64(max(0, step))) + Self.field(5, summary))
  }

  /// 1: wall_time.
  private static let time = [UInt8(1 << 3 | 1)] + littleEndian(0, count: 8)

  private mutating func append(_ message: [UInt8]) {
    let length = Self.littleEndian(UInt64(message.count), count: 8)
    bytes += length + Self.littleEndian(UInt64(CRC32C.masked(length)), count: 4)
    bytes += message + Self.littleEndian(UInt64(CRC32C.masked(message)), count: 4)
  }

  /// A field whose value is bytes.
  private static func field(_ number: UInt8, _ value: [UInt8]) -> [UInt8] {
    [number << 3 | 2] + varint(UInt64(value.count)) + value
  }

  private static func varint(_ value: UInt64) -> [UInt8] {
    var (rest, bytes) = (value, [UInt8]())
    while rest > 127 {
      bytes.append(UInt8(rest & 127) | 128)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  private static func littleEndian(_ value: UInt64, count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}
