/// Little-endian fields of a file at known places; the caller has checked that they lie within it.
struct ByteFields {
  let store: ByteStore

  /// The 16 bits at `offset`.
  func short(_ offset: Int) -> Int { Int(store.values(offset..<offset + 2, as: UInt16.self)[0]) }

  /// The 32 bits at `offset`.
  func word(_ offset: Int) -> UInt32 { store.values(offset..<offset + 4, as: UInt32.self)[0] }

  /// The 64 bits at `offset`, or nil if the number does not fit `Int`.
  func long(_ offset: Int) -> Int? {
    Int(exactly: store.values(offset..<offset + 8, as: UInt64.self)[0])
  }
}
