/// What the compiler says of a plugin file that it cannot compile, as it says it.
package struct CompilerErrors: Error, CustomStringConvertible {
  /// The compiler's lines.
  let text: String

  /// The compiler's lines, without the empty ones at the end.
  package var description: String {
    String(text.reversed().drop { $0.isWhitespace }.reversed())
  }
}
