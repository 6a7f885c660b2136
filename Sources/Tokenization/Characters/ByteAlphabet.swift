/// The letters that byte-level tokenizers write bytes with (GPT-2's; CLIP has the same).
///
/// Printable Latin-1 bytes are themselves; each of the others takes the next letter from U+0100 on.
package enum ByteAlphabet {
  /// The bytes in the order in which OpenAI's vocabularies list them.
  package static let order: [UInt8] = printable + (0...255).filter { !printable.contains($0) }

  private static let printable: [UInt8] =
    Array(0x21...0x7E) + Array(0xA1...0xAC) + Array(0xAE...0xFF)

  /// The letter of each byte.
  package static let letters: [Unicode.Scalar] = {
    var letters = (0...255).map { Unicode.Scalar(UInt8($0)) }
    for (index, byte) in order.dropFirst(printable.count).enumerated() {
      letters[Int(byte)] = Unicode.Scalar(0x100 + UInt32(index)) ?? letters[Int(byte)]
    }
    return letters
  }()

  /// The byte of each letter up to U+0143; nil for what is no letter of the alphabet.
  private static let bytes: [UInt8?] = {
    var bytes = [UInt8?](repeating: nil, count: 0x144)
    for (byte, letter) in letters.enumerated() { bytes[Int(letter.value)] = UInt8(byte) }
    return bytes
  }()

  /// The byte that a letter stands for; nil for what is no letter of the alphabet.
  static func byte(_ letter: Unicode.Scalar) -> UInt8? {
    letter.value < 0x144 ? bytes[Int(letter.value)] : nil
  }

  /// A text with a letter for each of its bytes in UTF-8.
  static func spelled(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
    utf8(scalars).map { letters[Int($0)] }
  }
}
