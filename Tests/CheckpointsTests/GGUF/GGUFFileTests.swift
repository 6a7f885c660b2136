import Foundation
import PETL
import TestSupport
import Testing

@testable import Checkpoints

/// The files of Fixtures/make_gguf.py.
@Suite("GGUF files")
struct GGUFFileTests {
  static let ramp: [Float] = (0..<64).map { Float($0) / 8 - 4 }

  @Test("of Python are read value by value")
  func values() throws {
    let file = try GGUFFile(path: fixture("gguf/kinds.gguf"))
    #expect(file.version == 3)
    #expect(file.alignment == 32)
    let wanted: [GGUFKeyValue] = [
      .init("general.architecture", .string("test")), .init("a.uint8", .uint8(200)),
      .init("a.int8", .int8(-100)), .init("a.uint16", .uint16(60000)),
      .init("a.int16", .int16(-30000)), .init("a.uint32", .uint32(4_000_000_000)),
      .init("a.int32", .int32(-2_000_000_000)), .init("a.float32", .float32(1e-5)),
      .init("a.bool", .bool(true)), .init("a.string", .string("é ▁ \n")),
      .init("a.uint64", .uint64(1 << 63)), .init("a.int64", .int64(-(1 << 62))),
      .init("a.float64", .float64(0.1)), .init("a.strings", .array(.string(["", "b", "ß"]))),
      .init("a.numbers", .array(.int32([1, -2, 3]))),
      .init("a.floats", .array(.float32([0.5, -0.25]))),
      .init("a.flags", .array(.bool([true, false]))),
      .init("a.nested", .array(.array([.int32([1, 2]), .int32([3])]))),
    ]
    #expect(file.keyValues == wanted)
    #expect(file.value("a.float32")?.number == 1e-5)
    #expect(file.value("a.uint64")?.whole == nil)
    #expect(file.metadata["a.nested"] == "[[1, 2], [3]]")
  }

  @Test("of Python are read tensor by tensor")
  func tensors() throws {
    let file = try GGUFFile(path: fixture("gguf/kinds.gguf"))
    #expect(file.tensors.map(\.name) == ["f32", "f16", "cube", "odd", "i32", "q8"])
    #expect(file.tensors.map(\.type) == [.f32, .f16, .f32, .f32, .i32, .q80])
    #expect(file.tensor("cube")?.shape == [2, 3, 4])
    for name in ["f32", "f16"] { #expect(try file.floats(name) == Self.ramp) }
    #expect(try file.floats("cube") == (0..<24).map(Float.init))
    let stored = try file.storedBytes("q8")
    #expect(stored.count == 2 * 34)
    #expect(try file.floats("q8") == BlockFormat.q80.unpacked(stored))
    #expect(file.entry("q8")?.type == .f32)
    #expect(file.storedType("q8") == "Q8_0")
    let matrix = try #require(try file.blocks("q8"))
    #expect(matrix.unpacked().values == (try file.floats("q8")))
    #expect(try file.blocks("cube") == nil)
    expectComplaint("tensor `i32` is I32, whose numbers are not read here") {
      try file.floats("i32")
    }
    expectComplaint("did you mean `cube`?") { try file.floats("cub") }
  }

  @Test("are written as Python writes them", arguments: ["kinds", "llama", "gpt2"])
  func writing(name: String) throws {
    let path = fixture("gguf/\(name).gguf")
    let file = try GGUFFile(path: path)
    let records = file.tensors.map { tensor in
      GGUFRecord(name: tensor.name, type: tensor.type, shape: tensor.shape) {
        try file.storedBytes(tensor.name)
      }
    }
    let writer = try GGUFWriter(file.keyValues, tensors: records)
    let original = try readFile(path, limit: 1 << 20)
    #expect(try writer.data() == original)
    try withScratchFolder { folder in
      try writer.write(to: "\(folder)/out.gguf")
      #expect(try readFile("\(folder)/out.gguf", limit: 1 << 20) == original)
    }
  }

  @Test("that are not written whole leave nothing")
  func failing() throws {
    try withScratchFolder { folder in
      let record = GGUFRecord(name: "x", type: .f32, shape: [2]) { [0, 0, 0] }
      let writer = try GGUFWriter([], tensors: [record])
      expectComplaint("tensor `x`: shape [2] of F32 does not take 3 bytes") {
        try writer.write(to: "\(folder)/out.gguf")
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }
    let twice = GGUFRecord(name: "x", type: .q80, shape: [33]) { [] }
    let text = complaint {
      try GGUFWriter(
        [.init("k", .bool(true)), .init("k", .bool(true))], tensors: [twice, twice])
    }
    #expect(text.contains("two keys called `k`"))
    #expect(text.contains("two tensors called `x`"))
    #expect(text.contains("rows of whole blocks of 32"))
  }
}
