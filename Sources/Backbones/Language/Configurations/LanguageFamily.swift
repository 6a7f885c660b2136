/// The kinds of language models that are computed here, as Hugging Face names them.
public enum LanguageFamily: String, Sendable, Hashable, CaseIterable {
  /// Llama 1 to 3.2, SmolLM, TinyLlama.
  case llama
  /// Mistral.
  case mistral
  /// Qwen 2 and 2.5.
  case qwen2
  /// Qwen 3.
  case qwen3
  /// Gemma 3 without images.
  case gemma3 = "gemma3_text"
  /// GPT-2.
  case gpt2
  /// BERT and MiniLM.
  case bert
  /// RoBERTa, XLM-RoBERTa, CamemBERT.
  case roberta
  /// DistilBERT.
  case distilbert
  /// DeBERTa-v3, and DeBERTa-v2 without a convolution.
  case debertaV2 = "deberta-v2"

  /// Whether it predicts the next token; else it is an encoder, whose tokens see each other.
  public var isDecoder: Bool {
    switch self {
    case .llama, .mistral, .qwen2, .qwen3, .gemma3, .gpt2: true
    case .bert, .roberta, .distilbert, .debertaV2: false
    }
  }

  /// The family of a `model_type`; nil for one that is not computed here.
  init?(modelType: String) {
    switch modelType {
    case "xlm-roberta", "camembert": self = .roberta
    default: self.init(rawValue: modelType)
    }
  }

  /// The `model_type`s that are known.
  static let modelTypes = allCases.map(\.rawValue) + ["xlm-roberta", "camembert"]

  /// The name in sentences.
  public var title: String {
    switch self {
    case .llama: "Llama"
    case .mistral: "Mistral"
    case .qwen2: "Qwen 2"
    case .qwen3: "Qwen 3"
    case .gemma3: "Gemma 3"
    case .gpt2: "GPT-2"
    case .bert: "BERT"
    case .roberta: "RoBERTa"
    case .distilbert: "DistilBERT"
    case .debertaV2: "DeBERTa-v2"
    }
  }
}
