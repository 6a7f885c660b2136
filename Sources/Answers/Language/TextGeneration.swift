import Backbones
import PETL
import Tokenization

/// What a decoder writes after a prompt.
public struct TextGeneration: Sendable {
  /// Why it ended.
  public enum End: String, Sendable, Encodable {
    /// The model ended its text.
    case end
    /// One of the texts came that it is to stop at.
    case stop
    /// It has as many tokens as were asked for, or as there are positions.
    case length
  }

  /// The text, without what it stopped at.
  public let text: String
  /// The tokens, without the one that ended it.
  public let tokens: [Int]
  /// Why it ended.
  public let end: End
  /// How many tokens there are with those of the prompt.
  public let length: Int
  /// Whether it ended because the network has no more positions.
  public let isOutOfPositions: Bool

  /// What is wanted.
  public struct Request: Sendable {
    /// The tokens of the prompt, at least one.
    public var prompt: [Int]
    /// How many tokens are written at most.
    public var maxTokens: Int
    /// How the next token is chosen.
    public var sampling = TokenSampling()
    /// Texts that it ends before.
    public var stops: [String] = []
    /// Tokens that it ends at, beside those of the model.
    public var ends: Set<Int> = []
    /// Whether special tokens are written as they are spelled.
    public var showsSpecialTokens = false

    /// Asks for the most probable tokens after a prompt.
    public init(prompt: [Int], maxTokens: Int) {
      (self.prompt, self.maxTokens) = (prompt, maxTokens)
    }
  }
}

extension LanguagePredictor {
  /// Writes on after a prompt.
  ///
  /// - Parameters:
  ///   - request: what is wanted.
  ///   - generator: random numbers of the sampling.
  ///   - show: gets the text as it comes, whole characters at a time.
  /// - Returns: the text.
  /// - Throws: `DiagnosticError` when the network predicts no tokens, or has no positions for the prompt.
  public func generate(
    _ request: TextGeneration.Request, generator: RandomGenerator,
    show: (String) -> Void = { _ in }
  ) throws -> TextGeneration {
    let decoder = try decoder(to: "write a text")
    if let objection = objection(to: request.prompt) { throw DiagnosticError(objection) }
    let most = configuration.longestText ?? Int.max
    let room = min(request.maxTokens, most - request.prompt.count)
    let cache = KeyValueCache(texts: 1, capacity: request.prompt.count + min(room, 256))
    let ends = tokenizer.special.ends.union(configuration.endTokens).union(request.ends)
    var stream = tokenizer.decodingStream(skipsSpecialTokens: !request.showsSpecialTokens)
    var text = StoppingText(request.stops)
    var (generator, tokens, new) = (generator, [Int](), request.prompt)
    var end = TextGeneration.End.length
    while tokens.count < room {
      let logits = decoder.next(TokenBatch([new]), cache: cache, adapters: adapters).values
      guard logits.allSatisfy(\.isFinite) else {
        throw DiagnosticError(
          "\(name): the network gives logits that are no numbers after \(tokens.count) tokens")
      }
      let token = request.sampling.token(logits, &generator)
      if ends.contains(token) {
        end = .end
        break
      }
      tokens.append(token)
      new = [token]
      show(text.append(stream.append(token)))
      if text.isStopped {
        end = .stop
        break
      }
    }
    if !text.isStopped { show(text.append(stream.finish())) }
    show(text.finish())
    if text.isStopped { end = .stop }
    let length = request.prompt.count + tokens.count
    return TextGeneration(
      text: text.text, tokens: tokens, end: end, length: length,
      isOutOfPositions: end == .length && tokens.count < request.maxTokens)
  }
}
