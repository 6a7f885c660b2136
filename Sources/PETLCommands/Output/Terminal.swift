import Foundation
import PETL
import Ranks
import Training

/// Where words go: results to standard output, everything else to standard error.
enum Terminal {
  /// Whether nothing is said: by all ranks of a job but the first.
  static let isMuted = Launch.announcedNumber > 0

  /// How the work goes, a line on standard error, above what is drawn there.
  static func tell(_ text: String) {
    if isMuted { return }
    write(line: ProgramName.spelled(text).printable)
  }

  /// What is wrong, or may be, a line on standard error.
  static func complain(_ text: String) {
    if isMuted { return }
    write(line: ProgramName.spelled(text).printable)
  }

  /// What is wrong, several lines on standard error.
  static func complain(lines text: String) {
    if isMuted { return }
    write(line: ProgramName.spelled(text).printableLines)
  }

  /// Lines of a result on standard output.
  static func say(_ text: String, terminator: String = "\n") {
    if isMuted { return }
    StandardOutput.write(Array((text.printableLines + terminator).utf8))
  }

  /// JSON on standard output; what would command a terminal is escaped, as JSON has it.
  static func say(json: Data) {
    if isMuted { return }
    let text = String(decoding: json, as: UTF8.self)
    let scalars = text.unicodeScalars.map { scalar in
      scalar.isCommand && scalar != "\n"
        ? "\\u" + String(0x10000 + scalar.value, radix: 16).dropFirst() : String(scalar)
    }
    StandardOutput.write(Array(scalars.joined().utf8))
  }

  /// What the user should know, on standard error: a warning, or a note.
  static func note(_ note: Note) {
    complain(note.kind == .warning ? "\(note)" : "note: \(note)")
  }

  /// A value as JSON on standard output.
  static func printJSON(_ value: some Encodable) throws {
    try printJSON(value, [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
  }

  /// A value as one line of JSON on standard output, at once.
  static func printJSONLine(_ value: some Encodable) throws {
    try printJSON(value, [.sortedKeys, .withoutEscapingSlashes])
  }

  private static func printJSON(
    _ value: some Encodable, _ formatting: JSONEncoder.OutputFormatting
  ) throws {
    let text = try JSONEncoder.figures(formatting).encode(value)
    say(json: text + [10])
  }

  /// Rows under a header, the first column to the left and the others to the right.
  static func table(_ header: [String], _ rows: [[String]]) -> String {
    let all = ([header] + rows).map { $0.map(\.printable) }
    let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    func line(_ cells: [String]) -> String {
      zip(cells, widths).enumerated().map { index, cell in
        let pad = String(repeating: " ", count: cell.1 - cell.0.count)
        return index == 0 ? cell.0 + pad : pad + cell.0
      }.joined(separator: "  ")
    }
    let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "──")
    return ([line(all[0]), rule] + all.dropFirst().map(line)).joined(separator: "\n")
  }
}
