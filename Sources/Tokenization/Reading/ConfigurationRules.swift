import Checkpoints
import PETL

/// What `tokenizer_config.json` changes about a tokenizer, as transformers does it.
struct ConfigurationRules {
  let fields: Fields
  let special: SpecialTokens

  /// Changes the parts.
  ///
  /// - Parameters:
  ///   - parts: of `tokenizer.json`.
  ///   - normalizer: its object there.
  /// - Returns: what the user should know.
  /// - Throws: `DiagnosticError` with the key that is not supported.
  func apply(to parts: inout TokenizerParts, normalizer: JSONValue?) throws -> [Note] {
    if try fields.flag("split_special_tokens", default: false) {
      throw fields.unsupported(
        "split_special_tokens", hint: "special tokens are found in texts; expected false")
    }
    try check(normalizer)
    var notes: [Note] = []
    if let prefixes = fields["add_prefix_space"]?.flag,
      let own = parts.preTokenizer?.addsPrefixSpace, own != prefixes
    {
      notes.append(
        .warning(
          "`add_prefix_space` is \(prefixes), but \(own) in tokenizer.json, which counts",
          at: fields.file))
    }
    if let note = try addEnds(&parts.frame) { notes.append(note) }
    return notes
  }

  /// BERT's cleaning stands in both files: they have to say the same.
  private func check(_ normalizer: JSONValue?) throws {
    guard let normalizer, normalizer["type"]?.text == "BertNormalizer" else { return }
    for (key, own) in [
      ("do_lower_case", "lowercase"), ("strip_accents", "strip_accents"),
      ("tokenize_chinese_chars", "handle_chinese_chars"),
    ] {
      guard let said = fields[key]?.flag, let flag = normalizer[own]?.flag, said != flag else {
        continue
      }
      throw DiagnosticError(
        "\(fields.file): `\(key)` is \(said), but tokenizer.json has `normalizer.\(own)`: \(flag)",
        hints: ["make both say what the network was trained with"])
    }
  }

  /// `add_bos_token` and `add_eos_token` say what stands at the ends of a text.
  private func addEnds(_ frame: inout Frame) throws -> Note? {
    let addsStart =
      fields["add_bos_token"] == nil ? nil : try fields.flag("add_bos_token", default: false)
    let addsEnd =
      fields["add_eos_token"] == nil ? nil : try fields.flag("add_eos_token", default: false)
    let hasStart = special.bos.map { frame.starts(with: $0) } ?? false
    let hasEnd = special.eos.map { frame.ends(with: $0) } ?? false
    let (start, end) = (addsStart ?? hasStart, addsEnd ?? hasEnd)
    guard (start, end) != (hasStart, hasEnd) else { return nil }
    frame = Frame(
      start: start ? special.bos : nil, end: end ? special.eos : nil)
    return Note(
      "texts \(start ? "begin with the bos token" : "begin with no bos token") and "
        + "\(end ? "end with the eos token" : "end with no eos token"), as this file says and "
        + "tokenizer.json does not", at: fields.file)
  }
}

extension Frame {
  /// What Llama's tokenizers put around texts: a token before each, one after each, or neither.
  init(start: Int?, end: Int?) {
    func enclosed(_ slot: Slot, _ type: Int) -> [Slot] {
      (start.map { [.special([$0], type: type)] } ?? []) + [slot]
        + (end.map { [.special([$0], type: type)] } ?? [])
    }
    single = enclosed(.first(type: 0), 0)
    pair = single + enclosed(.second(type: 1), 1)
  }

  /// Whether a text begins with a token.
  fileprivate func starts(with id: Int) -> Bool {
    if case .special(let ids, _) = single.first { ids.first == id } else { false }
  }

  /// Whether a text ends with a token.
  fileprivate func ends(with id: Int) -> Bool {
    if case .special(let ids, _) = single.last { ids.last == id } else { false }
  }
}

extension PreTokenizer {
  /// Whether a byte-level one puts a space before texts; nil where there is none.
  fileprivate var addsPrefixSpace: Bool? {
    switch self {
    case .byteLevel(let adds, _): adds
    case .sequence(let steps): steps.compactMap(\.addsPrefixSpace).first
    default: nil
    }
  }
}
