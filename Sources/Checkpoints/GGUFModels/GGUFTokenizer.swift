import PETL

/// The tokenizer of a GGUF file in its parts, as plain values.
public struct GGUFTokenizer: Sendable, Equatable {
  /// What a token is.
  public enum Kind: Int, Sendable {
    /// A part of a text.
    case normal = 1
    /// What stands for what is not known.
    case unknown = 2
    /// A token that commands, such as the end of a turn; no text gives it.
    case control = 3
    /// A token that a user added; texts are split at it.
    case userDefined = 4
    /// A number without a meaning.
    case unused = 5
    /// A byte, written as `<0x0A>`.
    case byte = 6
  }

  /// The kind of tokenizer: `gpt2` (byte-level BPE), `llama` (SentencePiece), `bert` (WordPiece), `t5`
  /// (Unigram).
  public var model: String
  /// How a text is split before merging, such as `llama-bpe`; nil where the file says nothing.
  public var split: String?
  /// The tokens by their numbers.
  public var tokens: [String]
  /// What each token is; nil where the file says nothing.
  public var kinds: [Kind]?
  /// The score of each token; nil where there are none.
  public var scores: [Float]?
  /// The merges by rank, two parts with a space between; nil where there are none.
  public var merges: [String]?
  /// The numbers of special tokens by their names: `bos`, `eos`, `eot`, `padding`, `unknown`,
  /// `seperator` (so spelt), `cls`, `mask`.
  public var specials: [String: Int]
  /// Whether a text begins with `bos`; nil where the file says nothing.
  public var addsStart: Bool?
  /// Whether a text ends with `eos`; nil where the file says nothing.
  public var addsEnd: Bool?
  /// Whether a text begins with a space; nil where the file says nothing.
  public var addsSpace: Bool?
  /// The template of chats, in Jinja; nil where there is none.
  public var chatTemplate: String?

  private static let specials = [
    "bos", "eos", "eot", "eom", "padding", "unknown", "seperator", "cls", "mask",
  ]

  /// Reads the tokenizer of a file; nil where it has none.
  ///
  /// - Throws: `DiagnosticError` with every key that has a wrong type, another number of elements than there
  ///   are tokens, or the number of no token.
  public init?(_ file: GGUFFile) throws {
    guard let model = file.value("tokenizer.ggml.model")?.text else { return nil }
    var faults: [Diagnostic] = []
    func read<Value>(_ key: String, _ what: String, _ part: (GGUFValue) -> Value?) -> Value? {
      guard let value = file.value(key) else { return nil }
      if let found = part(value) { return found }
      faults.append(
        Diagnostic("\(file.name): `\(key)` is \(value.summary), expected \(what)"))
      return nil
    }
    let tokens = read("tokenizer.ggml.tokens", "texts") { $0.array?.texts } ?? []
    let count = tokens.count
    func each<Element>(
      _ key: String, _ what: String, _ part: (GGUFArray) -> [Element]?
    ) -> [Element]? {
      read("tokenizer.ggml.\(key)", "\(what), one a token") { value in
        value.array.flatMap(part).flatMap { $0.count == count ? $0 : nil }
      }
    }
    if count == 0, faults.isEmpty {
      faults.append(Diagnostic("\(file.name): `tokenizer.ggml.tokens` is missing or empty"))
    }
    self.model = model
    self.tokens = tokens
    split = read("tokenizer.ggml.pre", "a text") { $0.text }
    scores = each("scores", "numbers in single precision") { $0.floats }
    kinds = each("token_type", "numbers from 1 to 6") { array in
      array.wholes.flatMap { numbers in
        let kinds = numbers.compactMap(Kind.init)
        return kinds.count == numbers.count ? kinds : nil
      }
    }
    merges = read("tokenizer.ggml.merges", "texts of two parts with a space between") { value in
      value.array?.texts.flatMap { $0.allSatisfy { $0.utf8.contains(32) } ? $0 : nil }
    }
    specials = [:]
    for name in Self.specials {
      let id = read("tokenizer.ggml.\(name)_token_id", "the number of a token, 0 to \(count - 1)") {
        $0.whole.flatMap { (0..<count).contains($0) ? $0 : nil }
      }
      if let id { specials[name] = id }
    }
    addsStart = read("tokenizer.ggml.add_bos_token", "a truth value") { $0.flag }
    addsEnd = read("tokenizer.ggml.add_eos_token", "a truth value") { $0.flag }
    addsSpace = read("tokenizer.ggml.add_space_prefix", "a truth value") { $0.flag }
    chatTemplate = read("tokenizer.chat_template", "a text") { $0.text }
    try faults.throwIfAny()
  }
}
