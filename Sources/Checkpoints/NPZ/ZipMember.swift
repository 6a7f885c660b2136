import PETL

/// A member of a zip archive, as the central directory describes it.
///
/// Sizes and checksum come from there and not from the member's own header, which leaves them out
/// where a data descriptor follows the data.
struct ZipMember {
  /// How long a directory entry is without name, extra fields and comment.
  static let headerLength = 46
  private static let signature: UInt32 = 0x0201_4b50
  private static let localSignature: UInt32 = 0x0403_4b50

  /// The name, a path with `/`.
  let name: String
  /// Whether the data is a deflate stream, not the bytes themselves.
  let isDeflated: Bool
  /// The CRC-32 of the bytes.
  let checksum: UInt32
  /// How many bytes there are when inflated.
  let size: Int
  /// Where the data lies in the file.
  let data: Range<Int>
  /// Where the member's own header and data lie.
  let span: Range<Int>

  /// Reads the entry at `position` of the directory and moves on to the next one.
  ///
  /// - Throws: `DiagnosticError` that names the file and, where it is known, the member.
  init(of store: ByteStore, at position: inout Int, in directory: Range<Int>, file: String) throws {
    let fields = ByteFields(store: store)
    let start = position
    guard directory.upperBound - start >= Self.headerLength, fields.word(start) == Self.signature
    else { throw DiagnosticError("\(file): the zip directory is broken at byte \(start)") }
    let lengths = (fields.short(start + 28), fields.short(start + 30), fields.short(start + 32))
    let extra = start + Self.headerLength + lengths.0
    let end = extra + lengths.1 + lengths.2
    guard end <= directory.upperBound else {
      throw DiagnosticError("\(file): the zip directory is broken at byte \(start)")
    }
    let nameBytes = store.values(start + Self.headerLength..<extra, as: UInt8.self)
    guard let name = String(validating: nameBytes, as: UTF8.self) else {
      throw DiagnosticError("\(file): the name at byte \(start + 46) is not valid UTF-8")
    }
    let member = "\(file): member `\(name)`"
    guard fields.short(start + 8) & 1 == 0 else { throw DiagnosticError("\(member) is encrypted") }
    let method = fields.short(start + 10)
    guard method == 0 || method == 8 else {
      throw DiagnosticError(
        "\(member) is compressed by method \(method), only 0 (stored) and 8 (deflate) are read")
    }
    // The fields that are all ones stand in the extra field of 64-bit sizes, in this order.
    var numbers = [24, 20, 42].map { fields.word(start + $0) }.map(Int.init)
    let wide = Self.wideFields(store, extra..<extra + lengths.1)
    var next = wide?.lowerBound ?? 0
    for index in numbers.indices where numbers[index] == 0xFFFF_FFFF {
      guard let wide, next + 8 <= wide.upperBound, let number = fields.long(next) else {
        throw DiagnosticError("\(member) lacks its 64-bit sizes")
      }
      numbers[index] = number
      next += 8
    }
    let data = try Self.data(
      of: nameBytes, store, offset: numbers[2], count: numbers[1],
      before: directory.lowerBound, member)
    // Deflate makes at most 1032 bytes of one (zlib's technical notes).
    let (limit, overflow) = numbers[1].multipliedReportingOverflow(by: 1032)
    guard method == 0 ? numbers[0] == numbers[1] : overflow || numbers[0] <= limit else {
      throw DiagnosticError("\(member) claims \(numbers[0]) bytes, but holds \(numbers[1])")
    }
    self.name = name
    isDeflated = method == 8
    checksum = fields.word(start + 16)
    size = numbers[0]
    self.data = data
    span = numbers[2]..<data.upperBound
    position = end
  }

  /// Where the extra field of 64-bit sizes has its numbers.
  private static func wideFields(_ store: ByteStore, _ extra: Range<Int>) -> Range<Int>? {
    let fields = ByteFields(store: store)
    var position = extra.lowerBound
    while position + 4 <= extra.upperBound {
      let end = position + 4 + fields.short(position + 2)
      if fields.short(position) == 1 {
        return end <= extra.upperBound ? position + 4..<end : nil
      }
      position = end
    }
    return nil
  }

  /// Where the data lies, which the member's own header decides.
  private static func data(
    of name: [UInt8], _ store: ByteStore, offset: Int, count: Int, before limit: Int,
    _ member: String
  ) throws -> Range<Int> {
    let fields = ByteFields(store: store)
    guard offset <= limit - 30, fields.word(offset) == localSignature else {
      throw DiagnosticError("\(member) has no header at byte \(offset)")
    }
    let start = offset + 30 + fields.short(offset + 26) + fields.short(offset + 28)
    guard start <= limit, count <= limit - start else {
      throw DiagnosticError("\(member) takes \(count) bytes, more than the file has")
    }
    let own = store.values(offset + 30..<offset + 30 + fields.short(offset + 26), as: UInt8.self)
    guard own == name else {
      throw DiagnosticError(
        "\(member) is called `\(String(decoding: own, as: UTF8.self))` in its own header")
    }
    return start..<start + count
  }
}
