/// A tokenizer as a GGUF file has it under `tokenizer.ggml`: lists instead of a `tokenizer.json`.
public struct VocabularyValues: Sendable {
  /// How words become tokens, `tokenizer.ggml.model`.
  public enum Model: String, Sendable, CaseIterable {
    /// Byte-level byte pairs with a list of merges.
    case gpt2
    /// SentencePiece's byte pairs, merged by the scores of tokens.
    case llama
  }

  /// What a token is, `tokenizer.ggml.token_type`.
  public enum Kind: Int, Sendable {
    /// A part of texts.
    case normal = 1
    /// What stands for what the vocabulary lacks.
    case unknown = 2
    /// A special token.
    case control = 3
    /// A token that is found in texts before they are cut.
    case userDefined = 4
    /// A number that no text has.
    case unused = 5
    /// A single byte, `<0x0A>`.
    case byte = 6
  }

  /// How words become tokens.
  public var model: Model
  /// The spelling of each token.
  public var tokens: [String]
  /// What each token is; empty if all are normal.
  public var kinds: [Kind] = []
  /// The merges, `first second`, of `gpt2`.
  public var merges: [String] = []
  /// The score of each token, of `llama`: the pair whose token has the highest is merged first.
  public var scores: [Float] = []
  /// How texts are cut into words, `tokenizer.ggml.pre`; of `gpt2`.
  public var preTokenizer: String?
  /// The token that begins a text.
  public var bos: Int?
  /// The token that ends a text.
  public var eos: Int?
  /// Further tokens that generation ends at, such as the end of a turn.
  public var otherEnds: Set<Int> = []
  /// The token for what the vocabulary lacks.
  public var unknown: Int?
  /// The token that fills texts up.
  public var padding: Int?
  /// Whether texts begin with `bos`; nil for what the model does without the key: `llama` and Llama 3 do.
  public var addsBOS: Bool?
  /// Whether texts end with `eos`.
  public var addsEOS = false
  /// Whether a space is put before texts, `tokenizer.ggml.add_space_prefix`; of `llama`.
  public var addsSpacePrefix = true

  /// Takes a vocabulary; the rest is set afterwards.
  public init(model: Model, tokens: [String]) { (self.model, self.tokens) = (model, tokens) }
}
