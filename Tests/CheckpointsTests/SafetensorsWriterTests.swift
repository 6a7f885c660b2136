import Foundation
import PETL
import TestSupport
import Testing

@testable import Checkpoints

struct SafetensorsWriterTests {
  /// What the reference implementation wrote, read and written again, is the same to the byte.
  @Test(arguments: ["floats", "brain", "integers", "unicode", "rounding", "none"])
  func rewritesTheReferenceByteForByte(_ name: String) throws {
    let path = fixture("safetensors/\(name).safetensors")
    let file = try SafetensorsFile(path: path)
    let records = try file.entries.shuffled().map {
      TensorRecord(name: $0.name, type: $0.type, shape: $0.shape, bytes: try file.bytes($0.name))
    }
    try withScratchFolder { folder in
      let copy = "\(folder)/copy.safetensors"
      try SafetensorsWriter.write(records, metadata: file.metadata, to: copy)
      #expect(try readFile(copy, limit: 1 << 20) == readFile(path, limit: 1 << 20))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["copy.safetensors"])
    }
  }

  @Test func makesTheReferenceFromValues() throws {
    let ramp: [Float] = [-1, -0.875, -0.75, -0.625, -0.5, -0.375]
    let bytes = try SafetensorsWriter.data(
      [.float32("f32", shape: [2, 3], ramp), .bfloat16("bf16", shape: [2, 3], ramp)],
      metadata: ["format": "pt"])
    #expect(try bytes == readFile(fixture("safetensors/brain.safetensors"), limit: 1 << 20))
  }

  @Test func roundsAsPyTorchDoes() throws {
    let file = try SafetensorsFile(path: fixture("safetensors/rounding.safetensors"))
    let source = try file.floats("source")
    #expect(try TensorRecord.float16("", shape: [], source).bytes == file.bytes("f16"))
    #expect(try TensorRecord.bfloat16("", shape: [], source).bytes == file.bytes("bf16"))
  }

  @Test func everyHalfSurvivesWidening() {
    for bits in UInt16.min ... .max {
      let wide = HalfPrecision.widenedHalf(bits)
      let isNaN = bits & 0x7C00 == 0x7C00 && bits & 0x3FF != 0
      #expect(wide.isNaN == isNaN)
      if !isNaN { #expect(HalfPrecision.half(wide) == bits) }
      let brain = HalfPrecision.widenedBrain(bits)
      if !brain.isNaN { #expect(HalfPrecision.brain(brain) == bits) }
    }
    #expect(HalfPrecision.widenedHalf(1) == 0x1p-24)
    #expect(HalfPrecision.widenedHalf(0x7BFF) == 65504)
    #expect(HalfPrecision.half(.nan) & 0x7E00 == 0x7E00)
    #expect(HalfPrecision.widenedBrain(HalfPrecision.brain(.nan)).isNaN)
  }

  @Test func refusesWhatIsNotAFile() {
    let one = TensorRecord.float32("a", shape: [1], [1])
    let faulty = TensorRecord.float32("b", shape: [2], [1])
    let reserved = TensorRecord.float32("__metadata__", shape: [1], [1])
    func write(_ tensors: [TensorRecord]) -> String {
      complaint { try SafetensorsWriter.data(tensors, metadata: [:]) }
    }
    #expect(write([one, one]).contains("two tensors called `a`"))
    #expect(write([faulty]).contains("`b`: shape [2] of F32 does not take 4 bytes"))
    #expect(write([reserved]).contains("__metadata__"))
  }
}
