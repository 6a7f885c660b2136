import PETL

/// The end record of a zip archive: where the central directory lies.
struct ZipEnd {
  /// How many members the directory lists.
  let count: Int
  /// The bytes of the directory.
  let directory: Range<Int>

  private static let signature: UInt32 = 0x0605_4b50
  private static let locator: UInt32 = 0x0706_4b50
  private static let wide: UInt32 = 0x0606_4b50
  private static let length = 22

  /// Finds and checks the record, in its 64-bit form where there is one.
  ///
  /// - Throws: `DiagnosticError` that begins with `name`.
  init(of store: ByteStore, name: String) throws {
    let fields = ByteFields(store: store)
    guard let start = Self.find(in: store) else {
      throw DiagnosticError(
        "\(name): not a zip archive, or one that is cut short: it does not end in an end record",
        hints: ["an .npz file is a zip archive of .npy files"])
    }
    var disks = fields.short(start + 4) + fields.short(start + 6)
    var (count, size) = (fields.short(start + 10), Int(fields.word(start + 12)))
    var (onDisk, offset) = (fields.short(start + 8), Int(fields.word(start + 16)))
    var end = start
    if start >= 20, fields.word(start - 20) == Self.locator {
      guard let place = fields.long(start - 12), place <= start - 20 - 56,
        fields.word(place) == Self.wide, let wideCount = fields.long(place + 32),
        let wideOnDisk = fields.long(place + 24), let wideSize = fields.long(place + 40),
        let wideOffset = fields.long(place + 48)
      else { throw DiagnosticError("\(name): the 64-bit end record of the zip archive is broken") }
      disks += Int(fields.word(place + 16)) + Int(fields.word(place + 20))
      (count, onDisk, size, offset, end) = (wideCount, wideOnDisk, wideSize, wideOffset, place)
    }
    guard disks == 0, count == onDisk else {
      throw DiagnosticError("\(name): the zip archive is split into several files")
    }
    guard offset <= end, size == end - offset else {
      throw DiagnosticError(
        "\(name): the directory of the zip archive should take \(size) bytes from \(offset) on, but the end record stands at \(end)"
      )
    }
    guard count <= size / ZipMember.headerLength else {
      throw DiagnosticError("\(name): \(count) members cannot be listed in \(size) bytes")
    }
    self.count = count
    directory = offset..<end
  }

  /// Where the record begins: the last place whose comment reaches the end of the file exactly.
  private static func find(in store: ByteStore) -> Int? {
    let first = max(0, store.count - length - 0xFFFF)
    guard store.count >= length else { return nil }
    let tail = store.values(first..<store.count, as: UInt8.self)
    let fields = ByteFields(store: store)
    return (first...store.count - length).reversed().first { start in
      tail[start - first] == 0x50 && fields.word(start) == signature
        && start + length + fields.short(start + 20) == store.count
    }
  }
}
