/// What open_clip's tokenizer does to texts before CLIP's rule and ours, as transformers', does not: ftfy,
/// HTML entities, Python's small letters, and other names of the special tokens.
public enum CaptionRepairs {
  /// A sentence on the captions that open_clip reads as other tokens; nil where none is known to be.
  ///
  /// Texts in a wrong encoding are known by the usual marks of it, so that not all are found.
  public static func note(_ captions: [String]) -> String? {
    let touched = captions.filter(isTouched)
    guard let first = touched.first else { return nil }
    let isOne = touched.count == 1
    let shown = first.count > 40 ? "\(first.prefix(40))…" : first
    return
      "\(touched.count) caption\(isOne ? " has" : "s have") HTML entities, special tokens or "
      + "characters that open_clip's tokenizer replaces first; here, as in transformers, "
      + "\(isOne ? "it is" : "they are") read as \(isOne ? "it is" : "they are") written: '\(shown)'"
  }

  /// Whether open_clip's tokenizer changes a text, or reads the name of a special token in it otherwise.
  static func isTouched(_ text: String) -> Bool {
    let scalars = Array(text.unicodeScalars)
    return scalars.indices.contains { isReplaced(scalars, at: $0) } || namesToken(text)
      || hasEntity(text)
  }

  private static func isReplaced(_ scalars: [Unicode.Scalar], at place: Int) -> Bool {
    switch scalars[place].value {
    case 0x00...0x08, 0x0B, 0x0E...0x1F, 0x7F...0x9F, 0x206A...0x206F, 0xFEFF: true  // controls
    case 0x02BC, 0x2018...0x201F: true  // curled quotes
    // Ligatures.
    case 0x0132, 0x0133, 0x0149, 0x01C4...0x01CC, 0x01F1...0x01F3, 0xFB00...0xFB06: true
    case 0x3000, 0xFF01...0xFFEF: true  // wide and narrow forms
    case 0x03A3: true  // small at the end of a word it is another letter
    case 0xC2...0xF4:  // a byte that leads others in UTF-8, and one that follows
      place + 1 < scalars.count && isContinuation(scalars[place + 1].value)
    default: false
    }
  }

  /// Whether a character is what Latin-1 or Windows-1252 take a following byte of UTF-8 for.
  private static func isContinuation(_ value: UInt32) -> Bool {
    switch value {
    case 0x80...0xBF, 0x2013...0x203A, 0x20AC, 0x2122, 0x02C6, 0x02DC, 0x0152, 0x0153: true
    default: false
    }
  }

  private static func namesToken(_ text: String) -> Bool {
    guard text.contains("<") else { return false }
    let small = text.lowercased()
    return [
      CLIPTokenizer.startName, CLIPTokenizer.endName, "<start_of_text>", "<end_of_text>",
    ].contains(where: small.contains)
  }

  /// Whether there is an `&name;`, or one of those that count without the semicolon.
  private static func hasEntity(_ text: String) -> Bool {
    text.split(separator: "&", omittingEmptySubsequences: false).dropFirst().contains { rest in
      if rest.hasPrefix("#") { return true }
      let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber) }
      if !name.isEmpty, rest.dropFirst(name.count).first == ";" { return true }
      return ["amp", "lt", "gt", "quot", "nbsp", "copy", "reg"].contains { name.hasPrefix($0) }
    }
  }
}
