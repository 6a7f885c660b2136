import Foundation
import PETL

/// SentencePiece's compiled table of characters and what replaces them, as the `tokenizers` library applies it.
///
/// The table is a trie in a double array (darts-clone's) over UTF-8 and the replacements, each ended by a 0.
/// The library looks up each grapheme shorter than six bytes and takes the *shortest* entry that begins it, for
/// all of it; where there is none, and in longer graphemes, it looks up each character. Both are as odd as they
/// sound, and followed.
struct PrecompiledMap: Sendable {
  private let units: [UInt32]
  private let replacements: [UInt8]

  /// Reads the table.
  ///
  /// - Parameters:
  ///   - base64: of the table.
  ///   - place: the file and key, for an error.
  /// - Throws: `DiagnosticError` if it is no such table.
  init(base64: String, place: String) throws {
    guard let data = Data(base64Encoded: base64) else {
      throw DiagnosticError("\(place) is not base64")
    }
    let bytes = [UInt8](data)
    func number(_ at: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 | UInt32(bytes[at + $1]) << (8 * UInt32($1)) }
    }
    guard bytes.count >= 4, case let size = Int(number(0)), size % 4 == 0, size > 0,
      size <= bytes.count - 4
    else { throw DiagnosticError("\(place) is not a table that SentencePiece compiled") }
    units = stride(from: 4, to: 4 + size, by: 4).map(number)
    replacements = Array(bytes[(4 + size)...])
  }

  /// The text after replacing.
  func apply(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: text)
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(text.count)
    for grapheme in String(view) {
      if grapheme.utf8.count < 6, let replacement = replacement(of: grapheme.unicodeScalars) {
        result += replacement
        continue
      }
      for scalar in grapheme.unicodeScalars {
        if let replacement = replacement(of: CollectionOfOne(scalar)) {
          result += replacement
        } else {
          result.append(scalar)
        }
      }
    }
    return result
  }

  private func replacement(of text: some Sequence<Unicode.Scalar>) -> [Unicode.Scalar]? {
    guard let start = shortest(utf8(text)), start <= replacements.count else { return nil }
    return scalars(Array(replacements[start...].prefix { $0 != 0 }))
  }

  /// The value of the shortest entry that a key begins with.
  private func shortest(_ key: [UInt8]) -> Int? {
    var node = offset(units[0])
    for byte in key {
      guard byte != 0 else { return nil }
      node ^= Int(byte)
      guard units.indices.contains(node) else { return nil }
      let unit = units[node]
      guard unit & 0x8000_00FF == UInt32(byte) else { return nil }
      node ^= offset(unit)
      guard units.indices.contains(node) else { return nil }
      if unit >> 8 & 1 == 1 { return Int(units[node] & 0x7FFF_FFFF) }
    }
    return nil
  }

  private func offset(_ unit: UInt32) -> Int { Int(unit >> 10) << Int((unit & 0x200) >> 6) }
}
