import Testing

@testable import Reports

/// Files for TensorBoard; `Tests/Interop/check_tensorboard.py` reads them by its own package.
@Suite struct EventFileTests {
  /// The check value of CRC-32C (RFC 3720, appendix B.4, and the catalogue of checksums).
  @Test func checksums() {
    #expect(CRC32C.checksum(Array("123456789".utf8)) == 0xE306_9283)
    #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(CRC32C.checksum([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
  }

  /// The head that TensorFlow writes, whose time is 0.
  @Test func head() {
    let message: [UInt8] = [9, 0, 0, 0, 0, 0, 0, 0, 0, 0x1A, 13] + Array("brain.Event:2".utf8)
    let bytes = EventFile().bytes
    #expect(bytes.count == 8 + 4 + message.count + 4)
    #expect(Array(bytes[..<8]) == [24, 0, 0, 0, 0, 0, 0, 0])
    #expect(Array(bytes[12..<36]) == message)
  }

  @Test func figures() {
    var file = EventFile()
    let head = file.bytes.count
    file.add(["b": 0.5, "a": .infinity, "c": .nan], step: 300)
    let message = Array(file.bytes[(head + 12)...].dropLast(4))
    // The time, step 300 as a varint, a summary of one value: its tag and 0.5 as a float.
    #expect(
      message == [
        9, 0, 0, 0, 0, 0, 0, 0, 0, 16, 0xAC, 2, 42, 10, 10, 8, 10, 1, 98, 21, 0, 0, 0, 63,
      ])
    let all = file.bytes
    file.add(["a": .nan], step: 1)
    #expect(file.bytes == all)
  }
}
