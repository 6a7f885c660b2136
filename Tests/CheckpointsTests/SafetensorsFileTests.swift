import Foundation
import PETL
import TestSupport
import Testing

@testable import Checkpoints

/// Reading the files that the reference implementation made (Fixtures/make_safetensors.py).
struct SafetensorsFileTests {
  let ramp: [Float] = [-1, -0.875, -0.75, -0.625, -0.5, -0.375]

  @Test func readsEveryFloatingPointType() throws {
    let file = try SafetensorsFile(path: fixture("safetensors/floats.safetensors"))
    #expect(file.metadata.isEmpty)
    #expect(file.entries.map(\.name) == ["empty", "f16", "f32", "f64", "scalar"])
    for name in ["f16", "f32", "f64"] {
      #expect(try file.floats(name) == ramp)
      #expect(file.entry(name)?.shape == [2, 3])
    }
    #expect(try file.floats("scalar") == [2.5])
    #expect(file.entry("scalar")?.shape == [])
    #expect(file.entry("scalar")?.elementCount == 1)
    #expect(try file.floats("empty") == [])
    #expect(file.entry("empty")?.elementCount == 0)
    #expect(try file.bytes("scalar") == [0, 0, 0x20, 0x40])
  }

  @Test func readsBrainFloats() throws {
    let file = try SafetensorsFile(path: fixture("safetensors/brain.safetensors"))
    #expect(file.metadata == ["format": "pt"])
    #expect(try file.floats("bf16") == ramp)
    #expect(file.entry("bf16")?.type == .bf16)
  }

  @Test func readsEveryIntegerType() throws {
    let file = try SafetensorsFile(path: fixture("safetensors/integers.safetensors"))
    #expect(try file.integers("int8") == [-128, 0, 1, 127])
    #expect(try file.integers("int16") == [-32768, 0, 1, 32767])
    #expect(try file.integers("int32") == [Int(Int32.min), 0, 1, Int(Int32.max)])
    #expect(try file.integers("int64") == [Int.min, 0, 1, Int.max])
    #expect(try file.integers("uint8") == [0, 0, 1, 255])
    #expect(try file.integers("uint16") == [0, 0, 1, 65535])
    #expect(try file.integers("uint32") == [0, 0, 1, Int(UInt32.max)])
    #expect(try file.integers("uint64") == [0, 1, Int.max])
    #expect(try file.integers("bool") == [1, 0])
  }

  @Test func tellsNamesApartByBytes() throws {
    let file = try SafetensorsFile(path: fixture("safetensors/unicode.safetensors"))
    let names = [
      "plain", "\u{E9}", "e\u{301}", "日本", "😀", "quote\"back\\slash", "line\nfeed\u{1}", "",
    ]
    for (index, name) in names.enumerated() {
      #expect(try file.floats(name) == [Float(index)], "\(name)")
    }
    #expect(file.metadata == ["cl\u{E9}": "\u{2028}\t"])
  }

  @Test func refusesOtherTypesByName() throws {
    let floats = try SafetensorsFile(path: fixture("safetensors/floats.safetensors"))
    let integers = try SafetensorsFile(path: fixture("safetensors/integers.safetensors"))
    expectComplaint("`f16` is F16, expected an integer") { try floats.integers("f16") }
    expectComplaint("`int8` is I8, expected F32") { try integers.floats("int8") }
    expectComplaint("did you mean `scalar`?") { try floats.floats("scalr") }
    let large = safetensors(
      header: Array(#"{"a":{"dtype":"U64","shape":[1],"data_offsets":[0,8]}}"#.utf8))
    let file = try SafetensorsFile(bytes: large + [UInt8](repeating: 255, count: 8), name: "x")
    expectComplaint("18446744073709551615 at index 0") { try file.integers("a") }
  }

  @Test func refusesPickles() throws {
    try withScratchFolder { folder in
      for ending in ["bin", "pth", "pt"] {
        let path = "\(folder)/it's.\(ending)"
        try put("{}", path)
        let text = complaint { try SafetensorsFile(path: path) }
        #expect(text.contains("pickle"), "\(text)")
        #expect(text.contains("it'\\''s.safetensors'"), "\(text)")
      }
    }
    let zip: [UInt8] = [0x50, 0x4B, 3, 4, 0, 0, 8, 8, 0, 0, 0, 0]
    expectComplaint("zip archive") { try SafetensorsFile(bytes: zip, name: "x") }
    let pickle: [UInt8] = [0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20]
    expectComplaint("Python pickle") { try SafetensorsFile(bytes: pickle, name: "x") }
  }

  @Test func acceptsAHeaderWhoseLengthLooksLikeAPickle() throws {
    // 0x0280 bytes of header begin a file with the two bytes of a protocol 2 pickle.
    let header = "{}" + String(repeating: " ", count: 0x27E)
    #expect(try SafetensorsFile(bytes: safetensors(header), name: "x").entries == [])
  }

  @Test func namesWhatCannotBeOpened() throws {
    try withScratchFolder { folder in
      let missing = complaint { try SafetensorsFile(path: "\(folder)/none.safetensors") }
      #expect(missing.contains("none.safetensors: No such file"))
      expectComplaint("a folder") { try SafetensorsFile(path: folder) }
      expectComplaint("/dev/null: this is a device, a file is expected") {
        try SafetensorsFile(path: "/dev/null")
      }
      try put("", "\(folder)/empty.safetensors")
      let empty = complaint { try SafetensorsFile(path: "\(folder)/empty.safetensors") }
      #expect(empty.contains("empty.safetensors"), "\(empty)")
      #expect(empty.contains("0 bytes"), "\(empty)")
    }
  }

  @Test func survivesRandomDamage() throws {
    let valid = Array(
      try Data(contentsOf: URL(fileURLWithPath: fixture("safetensors/floats.safetensors"))))
    var generator = SystemRandomNumberGenerator()
    var refused = 0
    for _ in 0..<500 {
      var bytes = valid
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255)
      }
      if Int.random(in: 0..<8) == 0 { bytes.removeLast(.random(in: 1..<bytes.count)) }
      do {
        let file = try SafetensorsFile(bytes: bytes, name: "damaged")
        for entry in file.entries {
          #expect(try file.bytes(entry.name).count == entry.byteRange.count)
          _ = try? file.floats(entry.name)
          _ = try? file.integers(entry.name)
        }
      } catch {
        #expect(error is DiagnosticError)
        refused += 1
      }
    }
    #expect(refused > 100)
  }
}
