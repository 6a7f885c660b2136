import Checkpoints
import PETL

/// What lies beside a `tokenizer.json` and says which tokens are special.
struct TokenizerFolder {
  /// The most bytes of a file that are read (our choice; Gemma's tokenizer takes 33 MB).
  static let limit = 256 << 20

  let path: String
  /// `tokenizer_config.json`, and before it `special_tokens_map.json`.
  let configuration: Fields?
  private let map: Fields?
  /// `generation_config.json` and `config.json`.
  private let networks: [Fields]

  init(_ path: String) throws {
    self.path = path
    func fields(_ name: String) throws -> Fields? {
      let file = path + name
      guard fileExists(file) else { return nil }
      return try Fields(
        JSONValue(parsing: readFile(file, limit: Self.limit), name: file), file: file, path: "")
    }
    configuration = try fields("tokenizer_config.json")
    map = try fields("special_tokens_map.json")
    networks = try ["generation_config.json", "config.json"].compactMap(fields)
  }

  /// The name of a special token, as `tokenizer_config.json` has it or else `special_tokens_map.json`.
  private func name(_ key: String) throws -> String? {
    for fields in [configuration, map].compactMap({ $0 }) {
      guard let value = fields[key] else { continue }
      guard let name = value.text ?? value["content"]?.text else {
        throw fields.error(key, "a token")
      }
      return name.isEmpty ? nil : name
    }
    return nil
  }

  /// The special tokens, and what is odd about them.
  func special(_ parts: TokenizerParts) throws -> (SpecialTokens, [Note]) {
    var (special, notes) = (SpecialTokens(), [Note]())
    func id(_ key: String) throws -> Int? {
      guard let name = try name(key) else { return nil }
      let spelling = Array(name.unicodeScalars)
      if let token = parts.added.first(where: { $0.content == spelling }) { return token.id }
      let known = parts.model.vocabulary[name]
      notes.append(
        .warning(
          known == nil
            ? "the tokenizer has no token '\(name)', which is its `\(key)`"
            : "'\(name)', its `\(key)`, is no added token; in a text it is read as other words are",
          at: path + "tokenizer_config.json"))
      return known
    }
    func numbers(_ key: String) -> [Int] {
      let values = networks.compactMap { $0[key] }
      return values.flatMap { $0.elements ?? [$0] }.compactMap(\.whole).filter {
        parts.spelling($0) != nil
      }
    }
    special.bos = try id("bos_token") ?? numbers("bos_token_id").first
    special.eos = try id("eos_token") ?? numbers("eos_token_id").first
    special.ends = Set(numbers("eos_token_id") + [special.eos].compactMap { $0 })
    special.pad = try id("pad_token") ?? numbers("pad_token_id").first
    special.unk = try parts.model.unknown ?? id("unk_token")
    special.cls = try id("cls_token")
    special.sep = try id("sep_token")
    special.mask = try id("mask_token")
    return (special, notes)
  }
}

extension TokenizerParts {
  /// The spelling of a token; nil if there is none with this number.
  fileprivate func spelling(_ id: Int) -> [UInt8]? {
    model.vocabulary.spellingOf[id] ?? added.first { $0.id == id }.map { utf8($0.content) }
  }
}
