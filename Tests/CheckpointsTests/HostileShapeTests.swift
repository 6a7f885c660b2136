import Foundation
import PETL
import TestSupport
import Testing

@testable import Checkpoints

/// Shapes that no bytes bound: an empty axis leaves the others free.
struct HostileShapeTests {
  @Test(arguments: [
    ("[0, 9223372036854775807]", "an axis of 9223372036854775807 is not 0 to 2147483647"),
    ("[9223372036854775807, 0]", "an axis of 9223372036854775807 is not 0 to 2147483647"),
    ("[0, 9223372036854775807, 8]", "an axis of 9223372036854775807 is not 0 to 2147483647"),
    ("[2147483648, 0]", "an axis of 2147483648 is not 0 to 2147483647"),
    ("[0, 16777217]", "beside an empty axis at most 16777216 are read"),
    ("[4096, 0, 4097]", "beside an empty axis at most 16777216 are read"),
    (
      "[\(Array(repeating: "1", count: 65).joined(separator: ", "))]",
      "shape [1, 1, 1, 1, 1, 1, 1, 1, …] of F32 has 65 axes, at most 64 are read"
    ),
  ])
  func areRefused(_ shape: String, _ words: String) {
    let count = shape.contains("0") && !shape.hasPrefix("[1, 1") ? 0 : 4
    let header = #"{"a":{"dtype":"F32","shape":\#(shape),"data_offsets":[0,\#(count)]}}"#
    expectComplaint(words) {
      try SafetensorsFile(bytes: safetensors(header, buffer: count), name: "w.safetensors")
    }
  }

  @Test func emptyTensorsAreRead() throws {
    let header = #"{"a":{"dtype":"F32","shape":[0, 16777216],"data_offsets":[0,0]}}"#
    let file = try SafetensorsFile(bytes: safetensors(header), name: "w.safetensors")
    let values = try file.floats("a")
    #expect(values.isEmpty)
  }

  @Test func arraysOfNumPyToo() {
    let text = "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 9223372036854775807), }"
    let member =
      [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.utf8.count), 0] + Array(text.utf8)
    expectComplaint("an axis of 9223372036854775807 is not 0 to") {
      try NPZArchive(bytes: storedZip([("x.npy", member)]), name: "a.npz")
    }
  }
}

/// Factors without numbers are refused by their names, in every format of adapters.
struct EmptyFactorTests {
  static let message = "it has no numbers, every axis is at least 1"

  @Test(arguments: [([2, 0], [6, 2]), ([2, 4], [0, 2])])
  func ofPEFT(_ a: [Int], _ b: [Int]) {
    let name = PEFTReadTests.qkv
    let tensors = [("A", a), ("B", b)].map {
      TensorRecord.float32(
        "\(name).lora_\($0).weight", shape: $1, zeros($1))
    }
    let wrong = a.contains(0) ? "A" : "B"
    expectComplaint("tensor `\(name).lora_\(wrong).weight` has shape") {
      try PEFTReadTests().read(
        PEFTReadTests().with(#""target_modules":["qkv"]"#), tensors)
    }
  }

  @Test func ofHeads() {
    let head = TensorRecord.float32("base_model.model.head.weight", shape: [0, 4], [])
    expectComplaint("tensor `base_model.model.head.weight` has shape [0, 4]: \(Self.message)") {
      try PEFTReadTests().read(
        PEFTReadTests().with(#""target_modules":["qkv"],"modules_to_save":["head"]"#),
        PEFTReadTests.pair + [head])
    }
  }

  @Test func ofMLX() {
    expectComplaint("tensor `blocks.0.attn.qkv.lora_b` has shape [2, 0]: \(Self.message)") {
      try MLXTests().read(
        #"{"fine_tune_type":"lora",\#(MLXTests.parameters)}"#,
        [MLXTests.pair[0], .float32("blocks.0.attn.qkv.lora_b", shape: [2, 0], [])])
    }
  }

  @Test func ofVeRA() {
    var tensors = VeRATests.good
    tensors[0] = .float32("base_model.vera_A", shape: [2, 0], [])
    expectComplaint("tensor `base_model.vera_A` has shape [2, 0]: \(Self.message)") {
      try VeRATests().read(#""target_modules":["attn.proj"]"#, tensors)
    }
  }

  @Test func areNotWritten() {
    let empty = PEFTLoRA(
      module: "blocks.0.attn.qkv", a: [], aShape: [2, 0], b: zeros([6, 2]), bShape: [6, 2],
      alpha: 2)
    expectComplaint("A [2, 0] and B [6, 2] have an empty axis") {
      try withScratchFolder { try PEFTAdapterFolder(modules: [empty]).write(to: $0) }
    }
  }

  @Test func scalesThatOverflow() {
    expectComplaint("`scale` 1e+308 times `rank` 2 is not a finite number") {
      try MLXTests().read(
        #"{"fine_tune_type":"lora","lora_parameters":{"rank":2,"scale":1e308,"dropout":0}}"#)
    }
  }

  private func zeros(_ shape: [Int]) -> [Float] {
    [Float](repeating: 0, count: shape.reduce(1, *))
  }
}

/// Archives that become much larger when they are inflated.
struct InflationTests {
  @Test func boundsTheRatio() throws {
    let free = Inflation.free
    try Inflation(packed: 1000, inflated: free, largest: free).require(of: "a.npz")
    try Inflation(packed: free, inflated: 64 * free, largest: 1).require(of: "a.npz")
    let bomb = complaint {
      try Inflation(packed: 1 << 20, inflated: 1900 << 20, largest: 1).require(of: "a.npz")
    }
    #expect(
      bomb == """
        error: a.npz: 1 MiB of packed tensors become 1900 MiB, more than 64 times as much
          weights do not shrink like that; save them again with numpy.savez
        """)
  }

  @Test func boundsTheMemory() {
    expectComplaint("a.npz: a tensor of 400 MiB does not fit the memory of this machine") {
      try Inflation(packed: 400 << 20, inflated: 400 << 20, largest: 400 << 20)
        .require(of: "a.npz", memory: 1 << 30)
    }
  }
}
