/// A name compared byte by byte.
///
/// `String` calls two spellings of "é" equal; in a file they are two names, so both equality and
/// order go by the UTF-8 bytes here (which is also the order of Python's and Rust's strings).
struct ExactName: Hashable, Comparable {
  let text: String

  init(_ text: String) {
    self.text = text
  }

  static func == (a: ExactName, b: ExactName) -> Bool {
    a.text.utf8.elementsEqual(b.text.utf8)
  }

  static func < (a: ExactName, b: ExactName) -> Bool {
    a.text.utf8.lexicographicallyPrecedes(b.text.utf8)
  }

  func hash(into hasher: inout Hasher) {
    // Equal bytes are equal strings, so the string's own hash will do.
    hasher.combine(text)
  }
}
