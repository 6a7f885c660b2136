import Checkpoints
import PETL

/// From the keys of a family's `config.json` to a configuration.
///
/// Keys that a file leaves out have the value of transformers' class.
struct LanguageKeys {
  let reader: ConfigurationReader
  let section: ConfigurationSection
  let family: LanguageFamily

  init(
    _ reader: ConfigurationReader, _ section: ConfigurationSection, _ family: LanguageFamily
  ) {
    (self.reader, self.section, self.family) = (reader, section, family)
  }

  /// The configuration; what is wrong is told to the reader.
  func configuration() -> LanguageConfiguration {
    var found =
      switch family {
      case .llama, .mistral, .qwen2, .qwen3, .gemma3: decoder()
      case .gpt2: gpt2()
      case .bert, .roberta: encoder()
      case .distilbert: distilbert()
      case .debertaV2: deberta()
      }
    found.isTied = section.flag("tie_word_embeddings")?.value ?? isUsuallyTied
    found.startToken = tokens("bos_token_id").first
    found.endTokens = tokens("eos_token_id")
    found.padToken = tokens("pad_token_id").first
    if family == .roberta { found.firstPosition = (found.padToken ?? 1) + 1 }
    return found
  }

  private var isUsuallyTied: Bool { family == .gemma3 || family == .gpt2 || !family.isDecoder }

  /// A size that must be there: which value transformers' class has is no use with other tensors.
  func size(_ key: String) -> Int {
    if let value = section.whole(key)?.value { return value }
    if !section.has(key) {
      reader.complain(
        "\(reader.file): there is no \(section.name(key))",
        hints: ["expected a whole number from 1 on"])
    } else if section[key] == nil {
      reader.complain(
        "\(reader.file): \(section.name(key)) is null", hints: ["expected a whole number from 1 on"]
      )
    }
    return 1
  }

  func activation(_ keys: String..., usual: Activation) -> Activation {
    keys.lazy.compactMap { section.text($0)?.value }.first
      .flatMap { HuggingFaceTables.activations[$0] } ?? usual
  }

  /// The numbers of a key that is a token, a list of tokens, or null.
  private func tokens(_ key: String) -> [Int] {
    guard let value = section[key] else { return [] }
    let found = value.whole.map { [$0] } ?? value.elements?.compactMap(\.whole)
    guard let found, found.allSatisfy({ $0 >= 0 }),
      value.elements.map({ $0.count == found.count }) ?? true
    else {
      // Files of old say that there is none by −1.
      if value == .integer(-1) { return [] }
      reader.complain(
        "\(reader.file): \(section.name(key)) is \(value.brief)",
        hints: ["expected the number of a token, or a list of them"])
      return []
    }
    return found
  }

  private func gpt2() -> LanguageConfiguration {
    let width = size("n_embd")
    var found = LanguageConfiguration(
      family: family, vocabulary: size("vocab_size"), context: size("n_positions"), width: width,
      depth: size("n_layer"), heads: size("n_head"),
      mlpWidth: section.whole("n_inner")?.value ?? 4 * min(width, NetworkLimits.width),
      feedforward: .plain(activation("activation_function", usual: .geluTanh)),
      epsilon: Float(section.number("layer_norm_epsilon")?.value ?? 1e-5))
    (found.hasQueryKeyValueBias, found.hasOutputBias, found.hasMLPBias) = (true, true, true)
    found.learnedPositions = found.context
    checkHeads(found)
    return found
  }

  private func encoder() -> LanguageConfiguration {
    var found = LanguageConfiguration(
      family: family, vocabulary: size("vocab_size"), context: size("max_position_embeddings"),
      width: size("hidden_size"), depth: size("num_hidden_layers"),
      heads: size("num_attention_heads"), mlpWidth: size("intermediate_size"),
      feedforward: .plain(activation("hidden_act", usual: .gelu)),
      epsilon: Float(section.number("layer_norm_eps")?.value ?? 1e-12))
    (found.hasQueryKeyValueBias, found.hasOutputBias, found.hasMLPBias) = (true, true, true)
    found.learnedPositions = found.context
    found.tokenTypes = section.whole("type_vocab_size")?.value ?? 2
    checkHeads(found)
    return found
  }

  private func distilbert() -> LanguageConfiguration {
    var found = LanguageConfiguration(
      family: family, vocabulary: size("vocab_size"), context: size("max_position_embeddings"),
      width: size("dim"), depth: size("n_layers"), heads: size("n_heads"),
      mlpWidth: size("hidden_dim"), feedforward: .plain(activation("activation", usual: .gelu)),
      epsilon: 1e-12)
    (found.hasQueryKeyValueBias, found.hasOutputBias, found.hasMLPBias) = (true, true, true)
    found.learnedPositions = found.context
    checkHeads(found)
    return found
  }

  /// Heads must divide the width where nothing says how long one is.
  func checkHeads(_ found: LanguageConfiguration) {
    guard found.width % found.heads != 0 else { return }
    reader.complain(
      "\(reader.file): \(found.heads) heads do not divide the width \(found.width)")
  }
}
