import Foundation
import PETL

/// What ranks send each other: a head as JSON and numbers in 32 bits behind it.
package struct PackedMessage<Head: Codable> {
  /// What is sent beside the numbers.
  package let head: Head
  /// The numbers.
  package let numbers: [Float]

  /// Makes a message.
  package init(_ head: Head, _ numbers: [Float]) { (self.head, self.numbers) = (head, numbers) }

  // What plugins log, and a loss that diverged, may be infinite.
  private static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return encoder
  }

  private static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return decoder
  }

  /// A message that is not one.
  package static var torn: DiagnosticError {
    DiagnosticError(
      "another rank sent something else than this one expected",
      hints: ["start all ranks with the same program, recipe and files"])
  }

  /// Reads a message.
  ///
  /// - Throws: `DiagnosticError` when the bytes are none.
  package init(_ bytes: [UInt8]) throws {
    guard bytes.count >= 8 else { throw Self.torn }
    let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length >= 0, length <= bytes.count - 8, (bytes.count - 8 - length).isMultiple(of: 4),
      let head = try? Self.decoder.decode(Head.self, from: Data(bytes[8..<8 + length]))
    else { throw Self.torn }
    self.head = head
    numbers = Float.array(ofBytes: bytes[(8 + length)...])
  }

  /// The length of the head in eight bytes, the head, the numbers.
  package var bytes: [UInt8] {
    guard let text = try? Self.encoder.encode(head) else {
      stopProgram("What ranks send each other can be written as JSON.")
    }
    let length = (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) }
    return length + Array(text) + numbers.bytes
  }
}
