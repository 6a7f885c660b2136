import PETL
import TestSupport
import Testing

@testable import Checkpoints

/// The blocks of Fixtures/make_gguf.py, unpacked and packed by the `gguf` package of llama.cpp.
@Suite("Blocks of quantised numbers")
struct BlockFormatTests {
  let golden: SafetensorsFile

  init() throws { golden = try SafetensorsFile(fixture: "gguf/blocks.safetensors") }

  @Test(
    "unpack to the bits of gguf.quants", arguments: GGUFTensorType.allCases.compactMap(\.format))
  func unpacking(format: BlockFormat) throws {
    let bytes = try golden.bytes("\(format.rawValue).bytes")
    let values = try golden.floats("\(format.rawValue).values")
    #expect(values.count == bytes.count / format.byteCount * format.length)
    #expect(format.unpacked(bytes).map(\.bitPattern) == values.map(\.bitPattern))
    let matrix = BlockMatrix(
      format: format, rows: 1, columns: values.count, bytes: bytes)
    #expect(matrix.unpacked().values.map(\.bitPattern) == values.map(\.bitPattern))
    #expect(matrix.byteCount == bytes.count)
  }

  @Test("as Q8_0 are the bytes of gguf.quants")
  func quantizing() throws {
    let values = try golden.floats("quantized.values")
    #expect(try BlockFormat.quantizedQ80(values) == golden.bytes("quantized.bytes"))
  }

  @Test("as F16 and BF16 are rounded to the nearest")
  func halves() throws {
    for (type, format) in [(GGUFTensorType.f16, BlockFormat.f16), (.bf16, .bf16)] {
      let values = try golden.floats("\(format.rawValue).values")
      let record = try GGUFRecord(name: "x", as: type, shape: [values.count]) { values }
      #expect(try record.bytes() == golden.bytes("\(format.rawValue).bytes"))
    }
  }

  @Test("that have no scale are refused", arguments: [Float.infinity, .nan, 1e8])
  func tooLarge(value: Float) throws {
    var values = [Float](repeating: 1, count: 32)
    values[7] = value
    let record = try GGUFRecord(name: "x", as: .q80, shape: [32]) { [values] in values }
    expectComplaint("tensor `x` holds \(value), which Q8_0 has no scale for") {
      try record.bytes()
    }
    expectComplaint("tensor `x`: numbers are not written as Q4_K") {
      try GGUFRecord(name: "x", as: .q4K, shape: [256]) { [] }
    }
  }
}
