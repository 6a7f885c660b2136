import PETL

/// How the names under `tokenizer.ggml.pre` cut texts, in the steps of the `tokenizer.json` that they stand for.
struct PreTokenizerName {
  let preTokenizer: PreTokenizer
  var normalizer: Normalizer?
  var ignoresMerges = false
  /// Whether texts begin with a token where the file does not say so.
  var addsBOS = false
  /// What was taken to be so.
  var note: String?

  private static let known = [
    "default", "gpt-2", "phi-2", "roberta-bpe", "smollm", "starcoder", "llama-bpe", "llama3",
    "llama-v3", "qwen2",
  ]

  /// Takes a name.
  ///
  /// - Throws: `DiagnosticError` with the names that are known.
  init(_ name: String?, file: String) throws {
    func words(_ rule: WordRule) -> PreTokenizer {
      .sequence([
        .split(.words(rule), .isolated, isInverted: false),
        .byteLevel(addsPrefixSpace: false, cutsWords: false),
      ])
    }
    let gpt2 = PreTokenizer.byteLevel(addsPrefixSpace: false, cutsWords: true)
    switch name {
    case "gpt-2", "phi-2", "roberta-bpe": preTokenizer = gpt2
    case nil, "default":
      preTokenizer = gpt2
      note =
        "`tokenizer.ggml.pre` is \(name.map { "'\($0)'" } ?? "missing"): texts are cut as GPT-2's are"
    case "smollm", "starcoder":
      preTokenizer = .sequence([.digits(areIndividual: true), gpt2])
    case "llama-bpe", "llama3", "llama-v3":
      preTokenizer = words(.llama3)
      (ignoresMerges, addsBOS) = (true, true)
    case "qwen2":
      preTokenizer = words(.qwen2)
      normalizer = .form(.canonicalComposition)
    case .some(let name):
      throw DiagnosticError(
        "\(file): `tokenizer.ggml.pre` is '\(name)', which is not supported",
        hints: nearestName(to: name, among: Self.known).map { ["did you mean '\($0)'?"] }
          ?? ["known: \(Self.known.joined(separator: ", "))"])
    }
  }
}
