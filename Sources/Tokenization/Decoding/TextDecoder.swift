/// What turns the spellings of tokens back into text; the pieces that it gives are put together.
indirect enum TextDecoder: Sendable {
  case byteLevel
  case metaspace(Metaspace)
  case wordPiece(prefix: [UInt8], cleansUp: Bool)
  case byteFallback
  case fuse
  case strip(Unicode.Scalar, start: Int, stop: Int)
  case replace(Replacement)
  case wordEnds(suffix: [Unicode.Scalar])
  case sequence([TextDecoder])

  /// The pieces of a text.
  func apply(_ tokens: [[UInt8]]) -> [[UInt8]] {
    switch self {
    case .sequence(let steps): return steps.reduce(tokens) { $1.apply($0) }
    case .byteLevel: return [repaired(tokens.flatMap(Self.bytes))]
    case .byteFallback: return byteFallback(tokens)
    case .fuse: return [Array(tokens.joined())]
    case .replace(let replacement):
      return tokens.map { utf8(replacement.apply(scalars($0))) }
    case .strip(let scalar, let start, let stop):
      return tokens.map { stripped($0, scalar, start, stop) }
    case .metaspace(let metaspace):
      return tokens.enumerated().map { index, token in
        let isGone = index == 0 && metaspace.scheme != .never
        return utf8(
          scalars(token).compactMap {
            $0 != metaspace.replacement ? $0 : isGone ? nil : " "
          })
      }
    case .wordPiece(let prefix, let cleansUp):
      return tokens.enumerated().map { index, token in
        var token = token
        if index > 0 {
          token = token.starts(with: prefix) ? Array(token.dropFirst(prefix.count)) : [0x20] + token
        }
        return cleansUp ? cleanedUp(token) : token
      }
    case .wordEnds(let suffix):
      return tokens.enumerated().map { index, token in
        let content: [Unicode.Scalar] = index == tokens.count - 1 ? [] : [" "]
        return utf8(Replacement(pattern: .text(suffix), content: content).apply(scalars(token)))
      }
    }
  }

  /// The bytes that a token of a byte-level vocabulary stands for; its own if not all letters are such.
  private static func bytes(_ token: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    for scalar in scalars(token) {
      guard let byte = ByteAlphabet.byte(scalar) else { return token }
      bytes.append(byte)
    }
    return bytes
  }

  /// Tokens such as `<0x0A>` side by side as text; as many U+FFFD if they are none.
  private func byteFallback(_ tokens: [[UInt8]]) -> [[UInt8]] {
    var pieces: [[UInt8]] = []
    var waiting: [UInt8] = []
    func flush() {
      guard !waiting.isEmpty else { return }
      if String(validating: waiting, as: UTF8.self) != nil {
        pieces.append(waiting)
      } else {
        pieces += waiting.map { _ in Array("\u{FFFD}".utf8) }
      }
      waiting = []
    }
    for token in tokens {
      if token.count == 6, token.starts(with: Array("<0x".utf8)), token[5] == UInt8(ascii: ">"),
        let byte = UInt8(String(decoding: token[3..<5], as: UTF8.self), radix: 16)
      {
        waiting.append(byte)
      } else {
        flush()
        pieces.append(token)
      }
    }
    flush()
    return pieces
  }

  /// A token without up to so many of a character at its beginning and its end.
  private func stripped(
    _ token: [UInt8], _ scalar: Unicode.Scalar, _ start: Int, _ stop: Int
  ) -> [UInt8] {
    var rest = scalars(token)[...]
    for _ in 0..<start {
      guard rest.first == scalar else { break }
      rest.removeFirst()
    }
    for _ in 0..<stop {
      guard rest.last == scalar else { break }
      rest.removeLast()
    }
    return utf8(rest)
  }
}

/// The bytes as UTF-8, with U+FFFD for what is none.
private func repaired(_ bytes: [UInt8]) -> [UInt8] {
  Array(String(decoding: bytes, as: UTF8.self).utf8)
}

/// A token without the spaces that a tokenizer of words puts before English punctuation.
private func cleanedUp(_ token: [UInt8]) -> [UInt8] {
  let rules = [
    (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"),
    (" 'm", "'m"), (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
  ]
  guard token.contains(0x20) else { return token }
  return utf8(
    rules.reduce(scalars(token)) { text, rule in
      Replacement(
        pattern: .text(Array(rule.0.unicodeScalars)), content: Array(rule.1.unicodeScalars)
      ).apply(text)
    })
}
