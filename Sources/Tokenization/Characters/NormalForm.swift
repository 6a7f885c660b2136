import Foundation

/// A normal form of Unicode 9, the one of the `tokenizers` library.
///
/// Characters of later versions have no decomposition and no combining class there, so that the text before
/// and after them is normalised by itself.
enum NormalForm: String, Sendable {
  case canonicalComposition = "NFC"
  case canonicalDecomposition = "NFD"
  case compatibilityComposition = "NFKC"
  case compatibilityDecomposition = "NFKD"

  /// Below it every character is its own form, and none combines with the one before it.
  private var firstTouched: UInt32 {
    switch self {
    case .canonicalComposition: 0x300
    case .canonicalDecomposition: 0xC0
    case .compatibilityComposition, .compatibilityDecomposition: 0xA0
    }
  }

  /// A text in this form.
  func apply(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
    let first = firstTouched
    guard text.contains(where: { $0.value >= first }) else { return text }
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(text.count)
    var start = 0
    for (index, scalar) in text.enumerated()
    where scalar.value >= first && !scalar.isAssigned(before: 10) {
      result += formed(text[start..<index])
      result.append(scalar)
      start = index + 1
    }
    return result + formed(text[start...])
  }

  private func formed(_ text: ArraySlice<Unicode.Scalar>) -> [Unicode.Scalar] {
    guard !text.isEmpty else { return [] }
    var view = String.UnicodeScalarView()
    view.append(contentsOf: text)
    let string = String(view)
    let formed =
      switch self {
      case .canonicalComposition: string.precomposedStringWithCanonicalMapping
      case .canonicalDecomposition: string.decomposedStringWithCanonicalMapping
      case .compatibilityComposition:
        // Foundation's own leaves a mark uncomposed that follows only from a decomposition, as of U+FF9E.
        string.decomposedStringWithCompatibilityMapping.precomposedStringWithCanonicalMapping
      case .compatibilityDecomposition: string.decomposedStringWithCompatibilityMapping
      }
    return Array(formed.unicodeScalars)
  }
}
