import Foundation
import PETL

extension TextSplits<TextRecord> {
  /// The endings of files that a language model is trained on.
  package static var languageEndings: [String] { ["jsonl", "txt", "text", "md", "raw", "tokens"] }

  /// The texts that a language model is trained on: JSON lines as `TextFile` takes them, or plain texts, each file
  /// one text.
  ///
  /// The fractions of JSON lines are chosen by a seed. Those of one plain text are stretches of it, test at its end
  /// and validation before, each from the beginning of a line where there are lines.
  ///
  /// - Parameters:
  ///   - path: a file, or a folder with a file for each split.
  ///   - template: how `messages` become texts; nil where there are none.
  ///   - system: what a conversation begins with that has no system's turn; nil for nothing.
  ///   - fractions: which parts of the training texts become validation and test.
  ///   - seed: of the choice.
  /// - Throws: `DiagnosticError` with every mistake of the files.
  public init(
    languageModel path: String, template: ChatTemplate?, system: String?,
    fractions: (val: Double?, test: Double?), seed: Int
  ) throws {
    try self.init(
      path, endings: Self.languageEndings, fractions: fractions,
      read: {
        try TextFile($0, plainText: .whole, template: template, system: system).records
      },
      cut: { records, fractions in
        if records.count == 1, let text = records.first, text.isFile {
          return Self.stretches(text, fractions)
        }
        return SeededChoice(labels: records.map { _ in 0 }, seed: seed).parts(fractions)
          .map { $0.map { records[$0] } }
      })
  }

  /// The stretches of one text: validation, test, and what is left before both.
  private static func stretches(_ record: TextRecord, _ fractions: [Double]) -> [[TextRecord]] {
    let bytes = Array(record.text.utf8)
    func place(_ share: Double) -> Int {
      let wanted = Int(share * Double(bytes.count))
      let line = bytes[wanted...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.count
      if line < bytes.count, line - wanted < bytes.count / 20 { return line }
      // Text without lines: where a character begins.
      return bytes[wanted...].firstIndex { $0 & 0xC0 != 0x80 } ?? bytes.count
    }
    let test = fractions[1] > 0 ? place(1 - fractions[1]) : bytes.count
    let val = fractions[0] > 0 ? min(test, place(1 - fractions[1] - fractions[0])) : test
    return [val..<test, test..<bytes.count, 0..<val].map { range in
      let part = String(decoding: bytes[range], as: UTF8.self)
      guard !part.isEmpty else { return [] }
      var stretch = TextRecord([.init(part, counts: true)], at: record.place)
      stretch.isFile = true
      return [stretch]
    }
  }
}
