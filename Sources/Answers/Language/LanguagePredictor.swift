import AdapterFiles
import Backbones
import Checkpoints
import Networks
import PETL
import Recipes
import Tokenization

/// A language model that answers: its network, what is attached to it, and its tokenizer.
public final class LanguagePredictor {
  /// The network.
  public enum Network {
    /// One that predicts the next token.
    case decoder(Decoder)
    /// One whose tokens all see each other.
    case encoder(TextEncoder)
  }

  /// Where it is from: the weights, or the adapter on them.
  public let name: String
  /// The kind of network and its sizes, a phrase.
  public let summary: String
  /// The network.
  public let network: Network
  /// What is attached to it.
  public let adapters: AdapterSet
  /// Its tokenizer.
  public let tokenizer: Tokenizer
  /// The template of chats that came with it, in Jinja; nil without one.
  public let storedTemplate: String?
  /// The sizes and choices of the network.
  public let configuration: LanguageConfiguration
  /// What the user should know, a sentence each.
  public let notes: [Note]

  /// Reads the weights of a language model, and an adapter on them.
  ///
  /// - Parameters:
  ///   - path: a GGUF file, or a folder of Hugging Face's.
  ///   - adapter: as `LoadedAdapter.read` takes it; nil for none.
  ///   - choice: how its matrices are kept in memory; nil for in 32-bit floats, or in the lower precision that the
  ///     adapter was trained beside.
  ///   - registry: the plugins that the adapter may be of.
  /// - Throws: `DiagnosticError` when something cannot be read, or does not go together.
  public init(
    weights path: String, adapter: String? = nil, storage choice: WeightPrecision? = nil,
    registry: PluginRegistry
  ) throws {
    let weights = try LanguageWeights(path)
    let checkpoint = weights.checkpoint
    let network: any AdaptableNetwork
    let kept = try adapter.map { try AdapterLocation($0).metadata() } ?? [:]
    let stated = TrainedPrecision.stated(in: kept, registry)
    let storage = choice ?? (stated?.frozen == .single ? nil : stated) ?? .single
    let trained = try adapter.map { try AdapterFile.backboneWeights($0, registry: registry) } ?? []
    if checkpoint.configuration.family.isDecoder {
      let decoder = try checkpoint.decoder(
        precision: storage.frozen, staysStored: storage == .stored
      ) { trained.contains($0.name) }
      (self.network, network) = (.decoder(decoder), decoder)
    } else {
      let encoder = try checkpoint.encoder(
        precision: storage.frozen, staysStored: storage == .stored
      ) { trained.contains($0.name) }
      (self.network, network) = (.encoder(encoder), encoder)
    }
    let loaded = try adapter.map {
      try LoadedAdapter.read(
        $0, for: network, of: checkpoint.configuration.family, registry: registry)
    }
    name = adapter ?? path
    summary = checkpoint.summary
    configuration = checkpoint.configuration
    adapters = loaded?.adapters ?? .none
    network.bind(adapters)
    tokenizer = weights.tokenizer
    storedTemplate = try weights.chatTemplate()
    var notes = weights.notes + (loaded?.warnings.map { Note($0.message) } ?? [])
    if loaded?.textHead != nil {
      notes.append(Note("the adapter's head of classes is not used", at: adapter))
    }
    notes += [stated.flatMap { TrainedPrecision.note($0, used: storage) }].compactMap(\.self)
    self.notes = notes
  }

  /// The network as a decoder.
  ///
  /// - Parameter purpose: what it is needed for, for the error.
  /// - Returns: the network.
  /// - Throws: `DiagnosticError` when it is none, or has no head that predicts tokens.
  public func decoder(to purpose: String) throws -> Decoder {
    guard case .decoder(let decoder) = network else {
      throw DiagnosticError(
        "\(name): to \(purpose) takes a network that predicts the next token; this is \(summary)",
        hints: ["petl predict writes its features"])
    }
    guard decoder.hasHead else {
      throw DiagnosticError(
        "\(name): the network has no head that predicts tokens (lm_head), so that it cannot \(purpose)"
      )
    }
    return decoder
  }

  /// A pass without training over some texts.
  func pass(_ texts: Int) -> ForwardPass {
    ForwardPass(
      isTraining: false, images: texts, generator: RandomGenerator(seed: 0), recordsSubspaces: false
    )
  }
}
