/// What changes the characters of a text before it is cut into words.
indirect enum Normalizer: Sendable {
  case form(NormalForm)
  case lowercase
  case stripAccents
  case strip(left: Bool, right: Bool)
  case bert(BertCleaning)
  case replace(Replacement)
  case prepend([Unicode.Scalar])
  case precompiled(PrecompiledMap)
  case sequence([Normalizer])

  /// Changes a piece.
  ///
  /// - Parameters:
  ///   - piece: of a text.
  ///   - isFirst: whether it begins the text.
  func apply(_ piece: inout Piece, isFirst: Bool) {
    switch self {
    case .sequence(let steps): for step in steps { step.apply(&piece, isFirst: isFirst) }
    case .form(let form): piece.scalars = form.apply(piece.scalars)
    case .lowercase: piece.scalars = lowercased(piece.scalars)
    case .stripAccents: piece.remove(where: \.isMark)
    case .strip(let left, let right):
      if right {
        while piece.scalars.last?.properties.isWhitespace == true { piece.scalars.removeLast() }
      }
      if left { piece.removeFirst(while: \.properties.isWhitespace) }
    case .bert(let cleaning): cleaning.apply(&piece)
    case .replace(let replacement): replacement.apply(&piece)
    case .prepend(let text):
      guard !piece.scalars.isEmpty else { return }
      piece.scalars = text + piece.scalars
      piece.isAtStart = isFirst
    case .precompiled(let map): piece.scalars = map.apply(piece.scalars)
    }
  }

  /// Whether each character is still one character afterwards, so that the places of pieces are known.
  var keepsPlaces: Bool {
    switch self {
    case .strip, .prepend: true
    case .sequence(let steps): steps.allSatisfy(\.keepsPlaces)
    default: false
    }
  }

  /// The text in its normalized spelling.
  func spelling(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var piece = Piece(scalars: text, isAtStart: true)
    apply(&piece, isFirst: true)
    return piece.scalars
  }
}

/// Each character by itself in small letters, so that a sigma at the end of a word is like any other.
func lowercased(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
  var result: [Unicode.Scalar] = []
  result.reserveCapacity(text.count)
  for scalar in text {
    if scalar.value < 0x80 {
      let isCapital = (0x41...0x5A).contains(scalar.value)
      result.append(isCapital ? Unicode.Scalar(UInt8(scalar.value) + 0x20) : scalar)
    } else {
      result.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
    }
  }
  return result
}

extension Piece {
  /// Removes characters; a piece that loses its first one begins later in the text.
  mutating func remove(where isGone: (Unicode.Scalar) -> Bool) {
    if let first = scalars.first, isGone(first) { isAtStart = false }
    scalars.removeAll(where: isGone)
  }

  /// Removes characters from the beginning.
  mutating func removeFirst(while isGone: (Unicode.Scalar) -> Bool) {
    let count = scalars.firstIndex { !isGone($0) } ?? scalars.count
    guard count > 0 else { return }
    isAtStart = false
    scalars.removeFirst(count)
  }
}
