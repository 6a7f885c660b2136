extension Diagnostic {
  /// The most mistakes that are printed at once; of more the number is said (our choice).
  package static let mostListed = 50
  /// The longest word without a space that is printed whole, in Unicode scalars (our choice): the name
  /// that a file gives to something may have megabytes.
  static let longestWord = 500
  /// The longest sentence that is printed whole, in Unicode scalars (our choice).
  static let longestSentence = 4000

  /// A sentence whose words and whose whole are no longer than what is printed.
  static func bounded(_ text: String) -> String {
    // A scalar takes at least one byte.
    guard text.utf8.count > longestWord else { return text }
    let scalars = Array(text.unicodeScalars)
    var kept = String.UnicodeScalarView()
    for word in scalars.split(omittingEmptySubsequences: false, whereSeparator: { $0 == " " }) {
      if !kept.isEmpty || word.startIndex > 0 { kept.append(" ") }
      kept.append(contentsOf: shortened(word, to: longestWord))
    }
    return String(shortened(Array(kept)[...], to: longestSentence))
  }

  /// The beginning and the end of what is too long, and how much stands between.
  private static func shortened(
    _ scalars: ArraySlice<Unicode.Scalar>, to most: Int
  ) -> String.UnicodeScalarView {
    var view = String.UnicodeScalarView()
    guard scalars.count > most else {
      view.append(contentsOf: scalars)
      return view
    }
    let (first, last) = (most * 3 / 5, most / 5)
    view.append(contentsOf: scalars.prefix(first))
    view.append(contentsOf: "…(\(scalars.count - first - last) more)…".unicodeScalars)
    view.append(contentsOf: scalars.suffix(last))
    return view
  }
}
