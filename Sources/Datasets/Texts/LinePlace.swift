import PETL

/// Where a text stands: a line of a file, which is for messages.
///
/// Texts are the same whatever their files are called: only the number of the line is compared.
public struct LinePlace: Sendable, Hashable, CustomStringConvertible {
  /// The number of the line, from 1.
  public var line: Int
  /// The path of the file; nil where the text is of none.
  public var file: String?

  /// Names a line.
  public init(_ line: Int, of file: String? = nil) { (self.line, self.file) = (line, file) }

  /// The line that a place in a text begins in.
  init(_ span: SourceSpan) { self.init(span.line, of: span.source.name) }

  /// The file and the number, such as `texts.jsonl:3`.
  public var description: String { file.map { "\($0):\(line)" } ?? "line \(line)" }

  /// Whether both are lines of one number.
  public static func == (a: LinePlace, b: LinePlace) -> Bool { a.line == b.line }

  /// Hashes the number of the line.
  public func hash(into hasher: inout Hasher) { hasher.combine(line) }
}
