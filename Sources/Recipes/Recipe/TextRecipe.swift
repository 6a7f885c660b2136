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

  /// What the labels of texts are.
  public enum Labels: String, CaseIterable, Sendable {
    /// One class for each text.
    case classes
    /// A number for each text: regression.
    case number
    /// Any number of classes for each text.
    case several
  }

  /// The tasks of GLUE, whose files have columns of their own.
  public enum GLUE: String, CaseIterable, Sendable {
    case cola, sst2, mrpc, stsb, qqp, mnli, qnli, rte, wnli
  }

  /// What the one vector of a text is made of, in the place of the network's own head.
  public enum Pooling: String, CaseIterable, Sendable {
    /// The mean of its tokens.
    case mean
    /// Its first token.
    case first
    /// Its last token.
    case last
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

  /// The key or column of texts with labels.
  public var text = "text"
  /// The key or column of the second of two texts; nil for `text_pair` where a file has it.
  public var pair: String?
  /// The key or column of labels.
  public var label = "label"
  /// What labels are.
  public var labels = Labels.classes
  /// The task of GLUE whose own files are read; nil for other files.
  public var glue: GLUE?
  /// What a text's vector is made of, with one linear map on it; nil for the head that the network has in Hugging
  /// Face's library.
  public var pooling: Pooling?

  /// The options of a language model's texts.
  static let ofLanguageModel = ["template", "learn", "packing", "add_end"]
  /// The options of texts with labels.
  static let ofClassification = ofFiles + ["glue", "pooling"]
  /// The options that say where texts and labels are, which GLUE's files do not need.
  static let ofFiles = ["text", "pair", "label", "labels"]

  /// The options that change nothing, and are not written down.
  func unused(by task: Recipe.Task) -> [String] {
    if task == .languageModel { return Self.ofClassification }
    return Self.ofLanguageModel + (glue == nil ? [] : Self.ofFiles)
  }

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
    visitLabels(options)
  }

  /// Declares what texts with labels need.
  private mutating func visitLabels(_ options: OptionReader) {
    options.string(
      "text", &text, help: "classification: the key of the text in JSON lines, or its column")
    options.optionalString(
      "pair", &pair,
      help:
        "classification: that of the second of two texts that are compared; text_pair, where it is there, "
        + "when absent")
    options.string("label", &label, help: "classification: the key or column of the label")
    options.choice(
      "labels", &labels,
      help:
        "classification: classes (one a text), number (regression: mean squared error of one output) or "
        + "several (a list of classes a text: each is told by itself)")
    options.optionalChoice(
      "glue", &glue,
      help:
        "classification: data.path is a folder of GLUE's own files of this task; their columns are known"
    )
    options.optionalChoice(
      "pooling", &pooling,
      help:
        "classification: one linear map on the mean of a text's tokens (sentence encoders such as MiniLM), "
        + "the first or the last; Hugging Face's head of the network when absent"
    )
  }
}
