import TestSupport
import Testing

@testable import Checkpoints

/// Every row of the conformance table of references/interop.md §2.1.
struct ConformanceTests {
  /// A file that must be refused, and words that the error must hold.
  struct Refusal: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let bytes: [UInt8]
    let words: [String]

    init(_ name: String, _ bytes: [UInt8], _ words: String...) {
      testDescription = name
      self.bytes = bytes
      self.words = words
    }
  }

  static let pair = #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":"#
  static let big = "4611686018427387904"

  static let refusals: [Refusal] = [
    .init("empty", [], "0 bytes"),
    .init("less than 8 bytes", [1, 0, 0], "3 bytes"),
    .init("length beyond the file", [200, 0, 0, 0, 0, 0, 0, 0, 0x7B, 0x7D], "200", "only 2"),
    .init("length over 100 MB", [1, 225, 245, 5, 0, 0, 0, 0, 0x7B], "100000001", "100000000"),
    .init("length 2^64-1", [UInt8](repeating: 255, count: 8), "18446744073709551615"),
    .init("no header at all", safetensors(""), "byte 8"),
    .init("invalid UTF-8", safetensors(header: Array("{\"a".utf8) + [0xFF, 0x22]), "byte 11"),
    .init("overlong UTF-8", safetensors(header: Array("{\"".utf8) + [0xC0, 0x80, 34]), "byte 10"),
    .init("invalid JSON", safetensors("{\"a\" 1}"), "byte 13", "`:`"),
    .init("cut JSON", safetensors("{\"a\":"), "byte 13"),
    .init("text after the header", safetensors("{}{}"), "byte 10"),
    .init("not an object", safetensors("[]"), "`{`"),
    .init(
      "unknown dtype", safetensors(#"{"a":{"dtype":"F31","shape":[],"data_offsets":[0,4]}}"#),
      "`a`", "F31", "did you mean F32?", "BOOL"),
    .init(
      "hole",
      safetensors(pair + #"{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}"#, buffer: 12),
      "`b`", "hole of 4"),
    .init(
      "overlap",
      safetensors(pair + #"{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}"#, buffer: 6),
      "`b`", "overlap of 2"),
    .init(
      "hole at the start",
      safetensors(#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}"#, buffer: 2),
      "`a`", "hole of 1"),
    .init(
      "reversed offsets",
      safetensors(#"{"b":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, buffer: 4),
      "`b`", "backwards"),
    .init(
      "truncated",
      safetensors(#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, buffer: 5),
      "3 bytes are missing"),
    .init(
      "trailing bytes",
      safetensors(#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, buffer: 10),
      "2 bytes too many"),
    .init("trailing bytes without tensors", safetensors("{}", buffer: 1), "1 bytes too many"),
    .init(
      "shape against span",
      safetensors(#"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, buffer: 8),
      "`a`", "12 bytes", "span 8"),
    .init(
      "shape overflow",
      safetensors(#"{"a":{"dtype":"F32","shape":[\#(big),\#(big)],"data_offsets":[0,0]}}"#),
      "`a`", "too large"),
    .init(
      "byte overflow",
      safetensors(#"{"a":{"dtype":"F32","shape":[\#(big)],"data_offsets":[0,0]}}"#), "too large"),
    .init(
      "negative dimension",
      safetensors(#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, buffer: 4),
      "`a`", "`shape`", "byte 37"),
    .init(
      "float offset",
      safetensors(#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4.0]}}"#, buffer: 4),
      "`a`", "`data_offsets`"),
    .init(
      "half a byte", safetensors(#"{"a":{"dtype":"F4","shape":[3],"data_offsets":[0,1]}}"#),
      "`a`", "whole bytes"),
    .init(
      "three offsets", safetensors(#"{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4,8]}}"#),
      "`a`", "2 numbers"),
    .init(
      "missing field", safetensors(#"{"a":{"dtype":"F32","data_offsets":[0,4]}}"#),
      "`a`", "`shape`"),
    .init("entry of another kind", safetensors(#"{"a":3}"#), "`a`", "a whole number"),
    .init(
      "non-string metadata", safetensors(#"{"__metadata__":{"epoch":3}}"#), "`epoch`", "strings"),
    .init("metadata of another kind", safetensors(#"{"__metadata__":[]}"#), "a list"),
    .init("leading space", safetensors(" {}"), "`{`", "byte 8"),
    .init(
      "duplicate name",
      safetensors(
        #"{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"#
          + #""\u0061":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}"#),
      "`a`", "twice", "byte 61"),
    .init("duplicate metadata", safetensors(#"{"__metadata__":{"a":"","a":""}}"#), "twice"),
    .init("deep nesting", safetensors("{\"a\":" + String(repeating: "[", count: 99_999)), "deeper"),
  ]

  @Test(arguments: refusals)
  func refuses(_ refusal: Refusal) {
    let text = complaint { try SafetensorsFile(bytes: refusal.bytes, name: "x.safetensors") }
    for word in refusal.words + ["x.safetensors"] {
      #expect(text.contains(word), "\(text)")
    }
  }

  static let accepted: [(String, [UInt8])] = [
    ("no tensors", safetensors("{}")),
    ("padding by spaces", safetensors("{}      ")),
    ("padding by line ends", safetensors("{}\n\n\n\n\n\n")),
    (
      "unknown field",
      safetensors(#"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2],"x":[{}]}}"#, buffer: 2)
    ),
    ("scalar", safetensors(#"{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}"#, buffer: 4)),
    (
      "zero-size",
      safetensors(
        pair + #"{"dtype":"F32","shape":[5,0],"data_offsets":[4,4]}}"#, buffer: 4)
    ),
    (
      "header order is not offset order",
      safetensors(
        #"{"z":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},"#
          + #""a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, buffer: 8)
    ),
    (
      "packed 4-bit numbers",
      safetensors(#"{"a":{"dtype":"F4","shape":[2,3],"data_offsets":[0,3]}}"#, buffer: 3)
    ),
    ("metadata only", safetensors(#"{"__metadata__":{"run":"7"}}"#)),
  ]

  @Test(arguments: accepted)
  func accepts(_ name: String, _ bytes: [UInt8]) throws {
    let file = try SafetensorsFile(bytes: bytes, name: name)
    #expect(file.entries.map(\.name) == file.entries.map(\.name).sorted())
  }

  @Test(arguments: ScalarType.allCases)
  func knowsEveryType(_ type: ScalarType) throws {
    let bytes = type.bitWidth
    let file = try SafetensorsFile(
      bytes: safetensors(
        #"{"a":{"dtype":"\#(type.rawValue)","shape":[8],"data_offsets":[0,\#(bytes)]}}"#,
        buffer: bytes), name: "x")
    #expect(file.entry("a")?.type == type)
    #expect(try file.bytes("a").count == bytes)
  }
}
