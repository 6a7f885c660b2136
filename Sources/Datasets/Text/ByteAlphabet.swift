/// The letters that byte-level tokenizers write bytes with (GPT-2's; CLIP has the same).
///
/// Printable Latin-1 bytes are themselves; each of the others takes the next letter from U+0100 on.
enum ByteAlphabet {
  /// The bytes in the order in which OpenAI's vocabulary lists them.
  static let order: [UInt8] = printable + (0...255).filter { !printable.contains($0) }

  private static let printable: [UInt8] =
    Array(0x21...0x7E) + Array(0xA1...0xAC) + Array(0xAE...0xFF)

  /// The letter of each byte.
  static let letters: [Unicode.Scalar] = {
    var letters = (0...255).map { Unicode.Scalar(UInt8($0)) }
    for (index, byte) in order.dropFirst(printable.count).enumerated() {
      letters[Int(byte)] = Unicode.Scalar(0x100 + UInt32(index)) ?? letters[Int(byte)]
    }
    return letters
  }()

  /// The name of a one-byte token in a vocabulary, in UTF-8.
  static func name(_ byte: UInt8, endsWord: Bool) -> [UInt8] {
    Array((String(Character(letters[Int(byte)])) + (endsWord ? endOfWord : "")).utf8)
  }

  /// What the name of a token that ends a word ends with.
  static let endOfWord = "</w>"
}
