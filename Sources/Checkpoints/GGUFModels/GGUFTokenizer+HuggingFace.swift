import PETL

extension GGUFTokenizer {
  /// The ways of splitting by their patterns, as tokenizer.json has them.
  private static let patterns = [
    "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+":
      "llama-bpe",
    "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+":
      "qwen2",
  ]

  /// The tokenizer of a Hugging Face folder: byte-level BPE, as GPT-2, Llama 3, Qwen and SmolLM have it.
  ///
  /// - Parameters:
  ///   - json: of tokenizer.json.
  ///   - configuration: of config.json: the numbers of special tokens and of all tokens.
  ///   - chatTemplate: of tokenizer_config.json.
  ///   - name: of the file, for messages.
  /// - Throws: `DiagnosticError` when it is of another kind, splits texts in a way that has no name in GGUF,
  ///   or has tokens without numbers.
  public init(
    huggingFace json: JSONValue, configuration: JSONValue, chatTemplate: String?, name: String
  ) throws {
    let model = json["model"]
    guard model?["type"]?.text ?? "BPE" == "BPE", model?["byte_fallback"]?.flag != true,
      let vocabulary = model?["vocab"]?.members, let pairs = model?["merges"]?.elements
    else {
      throw DiagnosticError(
        "\(name): this is no byte-level BPE, others are not written to GGUF files",
        hints: ["llama.cpp's converter writes them from the original tokenizer.model"])
    }
    guard let split = Self.split(json) else {
      throw DiagnosticError(
        "\(name): its way of splitting texts has no name in GGUF that is known here",
        hints: ["known are those of GPT-2, Llama 3, Qwen2 and SmolLM"])
    }
    let added = json["added_tokens"]?.elements ?? []
    var known: [(id: Int, text: String, kind: Kind)] = vocabulary.map {
      ($0.value.whole ?? -1, $0.name, .normal)
    }
    known += added.map {
      let kind: Kind = $0["special"]?.flag == true ? .control : .userDefined
      return ($0["id"]?.whole ?? -1, $0["content"]?.text ?? "", kind)
    }
    // More rows than tokens are usual, many more are not.
    let count = max(configuration["vocab_size"]?.whole ?? 0, (known.map(\.id).max() ?? -1) + 1)
    guard known.allSatisfy({ $0.id >= 0 && !$0.text.isEmpty }), count <= 2 * known.count + 1024
    else {
      throw DiagnosticError("\(name): its tokens have no numbers from 0 to \(count - 1)")
    }
    var (tokens, kinds) = (
      (0..<count).map { "[PAD\($0)]" }, [Kind](repeating: .unused, count: count)
    )
    for token in known { (tokens[token.id], kinds[token.id]) = (token.text, token.kind) }
    let merges = pairs.map { pair in
      pair.text ?? (pair.elements ?? []).compactMap(\.text).joined(separator: " ")
    }
    (self.model, self.split, self.tokens, self.kinds) = ("gpt2", split, tokens, kinds)
    (scores, self.merges, self.chatTemplate) = (nil, merges, chatTemplate)
    (addsStart, addsEnd, addsSpace) = (Self.addsStart(json, configuration), nil, nil)
    specials = [:]
    for (key, special) in [("bos", "bos"), ("eos", "eos"), ("pad", "padding")] {
      let value = configuration["\(key)_token_id"]
      if let id = value?.whole ?? value?.elements?.first?.whole, (0..<count).contains(id) {
        specials[special] = id
      }
    }
  }

  /// The name of a way of splitting; nil where it has none.
  private static func split(_ json: JSONValue) -> String? {
    let normalizer = json["normalizer"]?["type"]?.text
    let first = json["pre_tokenizer"]
    let steps = first?["pretokenizers"]?.elements ?? first.map { [$0] } ?? []
    guard steps.last?["type"]?.text == "ByteLevel", steps.last?["add_prefix_space"]?.flag != true
    else { return nil }
    let usesPattern = steps.last?["use_regex"]?.flag ?? true
    switch steps.count {
    case 1 where usesPattern && normalizer == nil: return "gpt-2"
    case 2 where usesPattern && normalizer == nil:
      let isDigits = steps[0]["type"]?.text == "Digits"
      return isDigits && steps[0]["individual_digits"]?.flag == true ? "smollm" : nil
    case 2 where !usesPattern && steps[0]["type"]?.text == "Split":
      let name = (steps[0]["pattern"]?["Regex"]?.text).flatMap { patterns[$0] }
      let wanted = name == "qwen2" ? "NFC" : nil
      return normalizer == wanted && steps[0]["invert"]?.flag != true ? name : nil
    default: return nil
    }
  }

  /// Whether a text begins with the first special token: where the last step puts it there.
  private static func addsStart(_ json: JSONValue, _ configuration: JSONValue) -> Bool {
    let last = json["post_processor"]
    let steps = last?["processors"]?.elements ?? last.map { [$0] } ?? []
    let single = steps.compactMap { $0["single"]?.elements }.first
    return single?.first?["SpecialToken"] != nil
  }

  /// The keys of a GGUF file, in the order of llama.cpp's converter.
  public var keyValues: [GGUFKeyValue] {
    func key(_ name: String, _ value: GGUFValue?) -> [GGUFKeyValue] {
      value.map { [.init("tokenizer.ggml.\(name)", $0)] } ?? []
    }
    var pairs = key("model", .string(model)) + key("pre", split.map(GGUFValue.string))
    pairs += key("tokens", .array(.string(tokens)))
    pairs += key("scores", scores.map { .array(.float32($0)) })
    pairs += key("token_type", kinds.map { .array(.int32($0.map { Int32($0.rawValue) })) })
    pairs += key("merges", merges.map { .array(.string($0)) })
    for (name, id) in specials.sorted(by: { $0.key < $1.key }) {
      pairs += key("\(name)_token_id", .uint32(UInt32(clamping: id)))
    }
    pairs += key("add_bos_token", addsStart.map(GGUFValue.bool))
    pairs += key("add_eos_token", addsEnd.map(GGUFValue.bool))
    pairs += key("add_space_prefix", addsSpace.map(GGUFValue.bool))
    return pairs + (chatTemplate.map { [.init("tokenizer.chat_template", .string($0))] } ?? [])
  }
}
