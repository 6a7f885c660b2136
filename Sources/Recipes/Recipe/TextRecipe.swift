import PETL

/// How the texts of a recipe become tokens.
public struct TextRecipe: PluginOptions, Hashable {
  /// How conversations become texts.
  public enum Template: String, CaseIterable, Sendable {
    /// Qwen's and SmolLM's.
    case chatml
    /// Llama 3's.
    case llama3
    /// Gemma's.
    case gemma
  }

  /// Which tokens of a language model's texts are learned.
  public enum Learned: String, CaseIterable, Sendable {
    /// Completions of prompts, what the assistant says, and all of a plain text.
    case completion
    /// All tokens, prompts among them.
    case all
  }

  /// The most tokens of a text; nil for what the network was made for, at most `usualLength`.
  public var length: Int?
  /// How conversations become texts; nil for the template that came with the network.
  public var template: Template?
  /// Which tokens are learned.
  public var learned = Learned.completion
  /// Whether texts are joined, and cut to stretches of `length`.
  public var isPacked = false
  /// Whether texts of like length go together.
  public var groupsByLength = false
  /// Whether blocks are computed again on the way back.
  public var recomputes = false
  /// Whether the tokenizer's end of a text is put behind each, and learned.
  public var addsEnd = true

  /// The most tokens of a text where nobody says (our choice).
  package static let usualLength = 512

  /// The defaults.
  public init() {}

  /// Declares the options of the section `text`.
  public mutating func visit(_ options: OptionReader) {
    options.optionalInteger(
      "length", &length, in: 2...1_048_576,
      help:
        "the most tokens of a text, a longer one is cut and counted; what the network was made for, at "
        + "most \(Self.usualLength), when absent")
    options.optionalChoice(
      "template", &template,
      help:
        "language-model: how conversations (messages) become texts: chatml, llama3 or gemma; that of the "
        + "network when absent")
    options.choice(
      "learn", &learned,
      help:
        "language-model: completion (of prompts, of the assistant; the usual way, TRL's for prompts) or all "
        + "tokens; a plain text is learned whole")
    options.boolean(
      "packing", &isPacked,
      help:
        "language-model: join texts and cut them to stretches of text.length; a text sees those before it "
        + "in its stretch")
    options.boolean(
      "group_by_length", &groupsByLength,
      help:
        "texts of like length go together, in a random order of batches: less is filled up; the order of an "
        + "epoch is another than without")
    options.boolean(
      "recompute", &recomputes,
      help:
        "compute each block again on the way back instead of keeping what its gradient needs: a fraction of "
        + "the memory, a third more time")
    options.boolean(
      "add_end", &addsEnd,
      help:
        "language-model: put the tokenizer's end of a text behind each that has none, to be learned"
    )
  }
}
