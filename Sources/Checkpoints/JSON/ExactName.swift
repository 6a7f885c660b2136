/// A name compared byte by byte.
///
/// `String` calls two spellings of "é" equal; in a file they are two names, so both equality and
/// order go by the UTF-8 bytes here (which is also the order of Python's and Rust's strings).
package struct ExactName: Hashable, Comparable {
  package let text: String

  package init(_ text: String) {
    self.text = text
  }

  package static func == (a: ExactName, b: ExactName) -> Bool {
    a.text.utf8.elementsEqual(b.text.utf8)
  }

  package static func < (a: ExactName, b: ExactName) -> Bool {
    a.text.utf8.lexicographicallyPrecedes(b.text.utf8)
  }

  package func hash(into hasher: inout Hasher) {
    // Equal bytes are equal strings, so the string's own hash will do.
    hasher.combine(text)
  }
}
