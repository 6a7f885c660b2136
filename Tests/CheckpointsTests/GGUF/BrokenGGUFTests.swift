import PETL
import TestSupport
import Testing

@testable import Checkpoints

/// Files that claim what they do not hold; nothing is allocated for them.
@Suite("Broken GGUF files")
struct BrokenGGUFTests {
  /// A file in parts, so that each part can be wrong.
  struct Draft {
    var magic = Array("GGUF".utf8)
    var version: UInt32 = 3
    var tensorCount: UInt64?
    var pairCount: UInt64?
    var pairs: [[UInt8]] = []
    var tensors: [[UInt8]] = []
    var data = [UInt8](repeating: 0, count: 256)

    var bytes: [UInt8] {
      var bytes = magic + number(version)
      bytes += number(tensorCount ?? UInt64(tensors.count))
      bytes += number(pairCount ?? UInt64(pairs.count))
      bytes += Array(pairs.joined()) + Array(tensors.joined())
      return bytes + [UInt8](repeating: 0, count: (32 - bytes.count % 32) % 32) + data
    }

    func complaint() -> String {
      TestSupport.complaint { try GGUFFile(bytes: bytes, name: "w.gguf") }
    }
  }

  static func number<Number: BitwiseCopyable>(_ value: Number) -> [UInt8] {
    ByteStore.bytes(of: [value])
  }

  static func text(_ text: String) -> [UInt8] { GGUFValue.bytes(of: text) }

  static func tensor(
    _ name: String = "x", _ sizes: [UInt64] = [4], type: UInt32 = 0, offset: UInt64 = 0,
    axes: UInt32? = nil
  ) -> [UInt8] {
    text(name) + number(axes ?? UInt32(sizes.count)) + sizes.flatMap(number) + number(type)
      + number(offset)
  }

  static func pair(_ key: String, _ type: UInt32, _ bytes: [UInt8]) -> [UInt8] {
    text(key) + number(type) + bytes
  }

  @Test("a whole one is read")
  func whole() throws {
    let draft = Draft(pairs: [Self.pair("a", 4, number(UInt32(7)))], tensors: [Self.tensor()])
    let file = try GGUFFile(bytes: draft.bytes, name: "w.gguf")
    #expect(file.value("a") == .uint32(7))
    #expect(try file.floats("x") == [0, 0, 0, 0])
    var second = draft
    second.version = 2
    #expect(try GGUFFile(bytes: second.bytes, name: "w.gguf").version == 2)
  }

  @Test("in the first bytes are refused")
  func start() {
    #expect(Draft(magic: Array("GGML".utf8)).complaint().contains("does not begin with GGUF"))
    #expect(Draft(version: 1).complaint().contains("GGUF of version 1, versions 2 and 3 are read"))
    #expect(Draft(version: 3 << 24).complaint().contains("this is a big-endian GGUF file"))
    #expect(Draft(version: 4).complaint().contains("unknown version 4"))
    for count in [0, 3, 4, 7, 8, 15, 23] {
      let bytes = Array(Draft().bytes.prefix(count))
      let words = count < 4 ? "it has \(count) bytes" : "cut short"
      let text = complaint { try GGUFFile(bytes: bytes, name: "w.gguf") }
      #expect(text.contains(words), "\(text)")
    }
  }

  @Test("counts are checked against the file")
  func counts() {
    #expect(
      Draft(tensorCount: .max).complaint().contains(
        "the number of tensors at byte 8 is said to be 18446744073709551615"))
    #expect(Draft(tensorCount: 40).complaint().contains("is said to be 40"))
    #expect(Draft(pairCount: 1 << 40).complaint().contains("the number of key-values at byte 16"))
    let long = text("a").dropFirst(8)
    let key = number(UInt64.max) + Array(long)
    #expect(
      Draft(pairCount: 1, pairs: [key]).complaint().contains("the length of key 0 at byte 24"))
    let array = Self.pair("a", 9, number(UInt32(4)) + number(UInt64(1) << 62))
    #expect(
      Draft(pairs: [array]).complaint().contains("the number of elements of the value of `a`"))
    let texts = Self.pair("a", 9, number(UInt32(8)) + number(UInt64(100)))
    #expect(Draft(pairs: [texts]).complaint().contains("is said to be 100"))
  }

  @Test("values of a wrong kind are refused")
  func values() {
    let cases: [([UInt8], String)] = [
      (Self.pair("a", 13, []), "`a` has the unknown type 13"),
      (Self.pair("a", 7, [2]), "is a truth value, but holds 2"),
      (Self.pair("a", 9, number(UInt32(7)) + number(UInt64(2)) + [1, 9]), "but holds 9"),
      (Self.pair("a", 9, number(UInt32(99)) + number(UInt64(0))), "has the unknown type 99"),
      (
        Self.pair("a", 8, number(UInt64(2)) + [0xC3, 0x28]),
        "the value of `a` at byte 45 is not UTF-8"
      ),
      (Self.pair("general.alignment", 4, number(UInt32(24))), "expected a power of two"),
      (Self.pair("general.alignment", 8, text("x")), "expected a power of two"),
      (Self.pair("general.alignment", 4, number(UInt32(0))), "expected a power of two"),
    ]
    for (pair, words) in cases {
      let text = Draft(pairs: [pair]).complaint()
      #expect(text.contains(words), "\(text)")
    }
    let flag = Self.pair("a", 7, [1])
    #expect(Draft(pairs: [flag, flag]).complaint().contains("two keys called `a`"))
    var nested = number(UInt32(4)) + number(UInt64(0))
    for _ in 0..<5 { nested = number(UInt32(9)) + number(UInt64(1)) + nested }
    #expect(
      Draft(pairs: [Self.pair("a", 9, nested)]).complaint().contains("nests arrays deeper than 4"))
  }

  @Test("tensors that do not fit are refused")
  func tensors() {
    let cases: [([UInt8], String)] = [
      (Self.tensor("x", [65]), "shape [65] of F32 at offset 0 does not fit the 256 bytes"),
      (Self.tensor("x", [32], offset: 192), "at offset 192 does not fit"),
      (Self.tensor("x", [1], offset: .max - 31), "does not fit the 256 bytes"),
      (Self.tensor("x", [4], offset: 4), "its offset 4 is no multiple of the alignment 32"),
      (Self.tensor("x", [4], type: 4), "has the unknown type 4"),
      (Self.tensor("x", [4], type: 99), "has the unknown type 99"),
      (Self.tensor("x", [33], type: 8), "its rows are no whole blocks of 32"),
      (Self.tensor("x", [4], axes: 5), "has 5 axes, at most 4 are read"),
      (Self.tensor("x", [1 << 31]), "an axis of 2147483648 is too long"),
      (Self.tensor("x", [1 << 30, 1 << 30, 1 << 30, 1]), "is too large"),
      (Self.tensor("x", [1 << 30, 1 << 30]), "does not fit the 256 bytes"),
      (Self.tensor("x", [1 << 30, 0, 1 << 30]), "is too large"),
    ]
    for (tensor, words) in cases {
      let text = Draft(tensors: [tensor]).complaint()
      #expect(text.contains(words), "\(text)")
      #expect(text.contains("tensor `x`"))
    }
    let twice = [Self.tensor("x"), Self.tensor("x", offset: 32)]
    #expect(Draft(tensors: twice).complaint().contains("two tensors called `x`"))
    let over = [Self.tensor("x", [16]), Self.tensor("y", offset: 32)]
    #expect(Draft(tensors: over).complaint().contains("tensor `y` begins at byte 128"))
  }

  @Test("cut off anywhere are refused or read, never a crash")
  func cuts() throws {
    let bytes = try readFile(fixture("gguf/kinds.gguf"), limit: 1 << 20)
    for count in stride(from: 0, to: bytes.count - 100, by: 7) {
      let text = complaint { try GGUFFile(bytes: Array(bytes.prefix(count)), name: "w.gguf") }
      #expect(text.contains("w.gguf: "))
    }
    // Any byte of the header may be wrong: what still makes sense is read.
    for place in 0..<900 {
      for flip in [UInt8(1), 0x80, 0xFF] {
        var damaged = bytes
        damaged[place] ^= flip
        do {
          let file = try GGUFFile(bytes: damaged, name: "w.gguf")
          for tensor in file.tensors where tensor.type.isReadable {
            #expect(try file.floats(tensor.name).count == tensor.elementCount)
          }
        } catch let error as DiagnosticError {
          #expect(error.description.contains("w.gguf: "))
        }
      }
    }
  }

  private func number<Number: BitwiseCopyable>(_ value: Number) -> [UInt8] { Self.number(value) }
  private func text(_ value: String) -> [UInt8] { Self.text(value) }
}
