import Foundation

/// A normal form of Unicode 9, the one of the `tokenizers` library (Unicode Standard Annex 15).
///
/// Characters of later versions are without decomposition and combining class there. Foundation gives the
/// decomposition of single characters only: in longer texts it leaves some marks in the wrong order (after U+0F73).
enum NormalForm: String, Sendable {
  case canonicalComposition = "NFC"
  case canonicalDecomposition = "NFD"
  case compatibilityComposition = "NFKC"
  case compatibilityDecomposition = "NFKD"

  private var isCompatible: Bool {
    self == .compatibilityComposition || self == .compatibilityDecomposition
  }

  private var composes: Bool {
    self == .canonicalComposition || self == .compatibilityComposition
  }

  /// Below it every character is its own form, and none combines with the one before it.
  private var firstTouched: UInt32 {
    isCompatible ? 0xA0 : composes ? 0x300 : 0xC0
  }

  /// A text in this form.
  func apply(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
    let first = firstTouched
    guard text.contains(where: { $0.value >= first }) else { return text }
    var decomposed: [Unicode.Scalar] = []
    decomposed.reserveCapacity(text.count)
    var known: [Unicode.Scalar: [Unicode.Scalar]] = [:]
    for scalar in text {
      if scalar.value < 0xA0 {
        decomposed.append(scalar)
      } else if let parts = known[scalar] {
        decomposed += parts
      } else {
        let parts = Self.decomposition(of: scalar, isCompatible: isCompatible)
        known[scalar] = parts
        decomposed += parts
      }
    }
    order(&decomposed)
    return composes ? composed(decomposed) : decomposed
  }

  /// The decomposition of a character, to its end.
  static func decomposition(of scalar: Unicode.Scalar, isCompatible: Bool) -> [Unicode.Scalar] {
    guard scalar.isAssigned(before: 10) else { return [scalar] }
    let text = String(Character(scalar))
    let parts =
      isCompatible
      ? text.decomposedStringWithCompatibilityMapping : text.decomposedStringWithCanonicalMapping
    return Array(parts.unicodeScalars)
  }

  /// Puts the marks after each character in the order of their classes.
  private func order(_ text: inout [Unicode.Scalar]) {
    var start = 0
    while start < text.count {
      guard text[start].combiningClass > 0 else {
        start += 1
        continue
      }
      var marks: [(class: UInt8, place: Int, scalar: Unicode.Scalar)] = []
      var end = start
      while end < text.count, case let combining = text[end].combiningClass, combining > 0 {
        marks.append((combining, end, text[end]))
        end += 1
      }
      if marks.count > 1 {
        marks.sort { ($0.class, $0.place) < ($1.class, $1.place) }
        text.replaceSubrange(start..<end, with: marks.map(\.scalar))
      }
      start = end
    }
  }

  /// Joins each character with the marks after it that nothing of their class stands before.
  private func composed(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(text.count)
    var starter: Int?
    var last: UInt8 = 0
    for scalar in text {
      let combining = scalar.combiningClass
      if let starter, starter == result.count - 1 || last < combining,
        let both = Composites.composite(result[starter], scalar)
      {
        result[starter] = both
        continue
      }
      if combining == 0 { starter = result.count }
      last = combining
      result.append(scalar)
    }
    return result
  }
}

extension Unicode.Scalar {
  /// The canonical combining class in Unicode 9.
  fileprivate var combiningClass: UInt8 {
    guard value >= 0x300 else { return 0 }
    let combining = properties.canonicalCombiningClass.rawValue
    return combining > 0 && isAssigned(before: 10) ? combining : 0
  }
}
