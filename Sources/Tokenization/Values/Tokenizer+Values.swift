import PETL

extension Tokenizer {
  /// Takes a vocabulary from the values of a GGUF file.
  ///
  /// The numbers are those of the `tokenizer.json` that the file was made from.
  ///
  /// - Parameters:
  ///   - values: of the file.
  ///   - name: of the file, for errors.
  /// - Throws: `DiagnosticError` with the key of what does not fit or is not supported.
  public init(values: VocabularyValues, name: String) throws {
    try values.checkLengths(name)
    let vocabulary = try values.vocabulary(name)
    var parts: TokenizerParts
    var notes: [Note] = []
    var addsBOS = values.addsBOS ?? false
    switch values.model {
    case .gpt2:
      let rule = try PreTokenizerName(values.preTokenizer, file: name)
      if let note = rule.note { notes.append(Note.guess(note, at: name)) }
      var merges = MergeTable()
      merges.reserve(values.merges.count)
      for (rank, merge) in values.merges.enumerated() {
        try merges.add(
          spelled: merge, rank: rank, vocabulary: vocabulary,
          place: "\(name): `tokenizer.ggml.merges[\(rank)]`")
      }
      var model = BytePairModel(vocabulary: vocabulary, merges: merges, unknown: nil)
      model.ignoresMerges = rule.ignoresMerges
      parts = TokenizerParts(model: model)
      (parts.normalizer, parts.preTokenizer) = (rule.normalizer, rule.preTokenizer)
      parts.decoder = .byteLevel
      addsBOS = values.addsBOS ?? rule.addsBOS
    case .llama:
      parts = values.sentencePieceParts(vocabulary)
      addsBOS = values.addsBOS ?? true
    }
    parts.added = values.addedTokens
    if addsBOS, values.bos == nil || values.addsEOS, values.eos == nil {
      throw DiagnosticError(
        "\(name): a token is put around texts, but there is no `tokenizer.ggml.bos_token_id` or "
          + "`eos_token_id`")
    }
    parts.frame = Frame(
      start: addsBOS ? values.bos : nil, end: values.addsEOS ? values.eos : nil)
    self.init(parts, special: values.special, notes: notes)
  }
}

extension VocabularyValues {
  fileprivate func kind(_ id: Int) -> Kind { kinds.isEmpty ? .normal : kinds[id] }

  /// The vocabulary; of tokens spelled alike the last counts in texts.
  fileprivate func vocabulary(_ name: String) throws -> Vocabulary {
    var vocabulary = Vocabulary()
    vocabulary.reserve(tokens.count)
    // What fills the table of embeddings up, as llama.cpp's converter spells it, is no token and has no text.
    for (id, token) in tokens.enumerated() where kind(id) != .unused || token != "[PAD\(id)]" {
      try vocabulary.add(Array(token.utf8), id, place: "\(name): `tokenizer.ggml.tokens`")
    }
    return vocabulary
  }

  fileprivate func checkLengths(_ name: String) throws {
    var mistakes: [Diagnostic] = []
    func check(_ key: String, _ count: Int, _ isNeeded: Bool) {
      guard isNeeded || count > 0, count != tokens.count else { return }
      mistakes.append(
        Diagnostic(
          "\(name): `tokenizer.ggml.\(key)` has \(count) entries for \(tokens.count) tokens"))
    }
    check("token_type", kinds.count, false)
    check("scores", scores.count, model == .llama)
    if let score = scores.first(where: \.isNaN) {
      mistakes.append(Diagnostic("\(name): `tokenizer.ggml.scores` has the score \(score)"))
    }
    for (key, id) in [("bos", bos), ("eos", eos), ("unknown", unknown), ("padding", padding)] {
      guard let id, !tokens.indices.contains(id) else { continue }
      mistakes.append(
        Diagnostic(
          "\(name): `tokenizer.ggml.\(key)_token_id` is \(id), but there are \(tokens.count) tokens"
        ))
    }
    try mistakes.throwIfAny()
  }

  /// Special tokens, and those that users defined.
  fileprivate var addedTokens: [AddedToken] {
    tokens.indices.compactMap { id in
      let isSpecial =
        switch kind(id) {
        case .control: true
        case .unknown: model == .llama
        case .userDefined: false
        case .normal, .unused, .byte: nil as Bool?
        }
      guard let isSpecial, !tokens[id].isEmpty else { return nil }
      return AddedToken(
        content: Array(tokens[id].unicodeScalars), id: id, isSpecial: isSpecial)
    }
  }

  fileprivate var special: SpecialTokens {
    var special = SpecialTokens()
    (special.bos, special.eos, special.pad, special.unk) = (bos, eos, padding, unknown)
    special.ends = otherEnds.union([eos].compactMap { $0 })
    return special
  }
}
