/// A family of networks in GGUF files whose weights are read under Hugging Face's names, called as
/// `general.architecture` calls it.
public enum GGUFArchitecture: String, CaseIterable, Sendable {
  /// Llama, SmolLM, TinyLlama, and Mistral.
  case llama
  /// Qwen2 and Qwen2.5.
  case qwen2
  /// Qwen3.
  case qwen3
  /// The text model of Gemma 3.
  case gemma3
  /// GPT-2.
  case gpt2

  /// The rows of the table of names: modules without their layer, here and there.
  var modules: [GGUFModule] {
    switch self {
    case .llama: GGUFModule.decoder(query: .query, key: .key)
    case .qwen2: GGUFModule.decoder()
    case .qwen3: GGUFModule.decoder() + GGUFModule.headNorms(.plain)
    case .gemma3: GGUFModule.gemma
    case .gpt2: GGUFModule.gpt2
    }
  }
}
