import Foundation

extension ScratchFolder {
  /// Copies a tiny model of Tests/Fixtures/language, and gives it a tokenizer of letters.
  ///
  /// Each of `a` to `z`, a space, a full stop and a line break is a token by itself, from 5 on; 1 begins and 2 ends a
  /// text. An encoder puts both around a text.
  package func writeLanguageModel(_ fixture: String, to name: String, isEncoder: Bool = false)
    throws
  {
    try copy(fixture: "language/\(fixture)", to: name)
    let letters = (UInt8(ascii: "a")...UInt8(ascii: "z")).map { String(UnicodeScalar($0)) }
    let tokens = ["<pad>", "<s>", "</s>", "<unk>", "<mask>"] + letters + ["Ġ", ".", "Ċ"]
    let vocabulary = Dictionary(uniqueKeysWithValues: tokens.enumerated().map { ($1, $0) })
    let special = tokens.prefix(5).enumerated().map { id, content in
      [
        "id": id, "content": content, "special": true, "normalized": false, "lstrip": false,
        "rstrip": false, "single_word": false,
      ] as [String: Any]
    }
    let byteLevel: [String: Any] = [
      "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true,
    ]
    let around: [String: Any] = [
      "type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 1], "trim_offsets": true,
      "add_prefix_space": false,
    ]
    let tokenizer: [String: Any] = [
      "version": "1.0", "truncation": NSNull(), "padding": NSNull(), "added_tokens": special,
      "normalizer": NSNull(), "pre_tokenizer": byteLevel,
      "post_processor": isEncoder ? around : byteLevel, "decoder": byteLevel,
      "model": [
        "type": "BPE", "dropout": NSNull(), "unk_token": NSNull(),
        "continuing_subword_prefix": NSNull(), "end_of_word_suffix": NSNull(), "fuse_unk": false,
        "byte_fallback": false, "ignore_merges": false, "vocab": vocabulary, "merges": [String](),
      ] as [String: Any],
    ]
    let data = try JSONSerialization.data(withJSONObject: tokenizer, options: [.sortedKeys])
    try data.write(to: URL(filePath: file("\(name)/tokenizer.json")))
    let settings: [String: Any] = ["bos_token": "<s>", "eos_token": "</s>"]
    try JSONSerialization.data(withJSONObject: settings, options: [.sortedKeys])
      .write(to: URL(filePath: file("\(name)/tokenizer_config.json")))
  }
}
