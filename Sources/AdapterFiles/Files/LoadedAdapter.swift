import Backbones
import Checkpoints
import Networks
import PETL

/// An adapter that was read from a file, on the sites of a network.
public struct LoadedAdapter {
  /// What kind of file it was.
  public enum Format: String, Sendable {
    /// A folder of Hugging Face's PEFT.
    case peft
    /// A folder of mlx-lm or mlx-swift-lm.
    case mlx
    /// Our own `adapter.safetensors`.
    case petl
  }

  /// The file or folder that it was read from.
  public let path: String
  /// What kind of file it was.
  public let format: Format
  /// How its modules were named; nil for our own format, which names sites.
  public let naming: SiteModules?
  /// The methods with their options; more than one where ranks or scales differ by site.
  public let groups: [AdapterGroup]
  /// The adapters with their values, bound to the network.
  public let adapters: AdapterSet
  /// The head that was trained with them, [classes, width] and [classes]; nil without one, and of a language
  /// model.
  public let head: (weight: Tensor, bias: Tensor)?
  /// The kind of language model that it was read for; nil of an image network.
  public internal(set) var family: LanguageFamily?
  /// The head of classes of a language model; nil without one.
  ///
  /// Its `pooler` is nil where the file has none (PEFT saves no pooler of BERT's), see `textHead(on:)`.
  public internal(set) var textHead: TextHead?
  /// The names of the backbone's own weights that were trained, and have been put into the network.
  public let backboneWeights: [String]
  /// The weights that it was trained on, as the file says.
  public let baseModel: String?
  /// Strings that the file holds beside its tensors; ours are `recipe`, `probe` and provenance.
  public let metadata: [String: String]
  /// What reading found odd but harmless.
  public internal(set) var warnings: [Diagnostic]

  /// The names of the methods, `lora`; `weights` where weights of the network are all there is.
  public var methods: [String] {
    if groups.isEmpty, !backboneWeights.isEmpty { return ["weights"] }
    return groups.map(\.type).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// The recipe that it was trained by, as text, if the file is one of ours.
  public var recipe: String? { metadata[AdapterFile.recipeKey] }
}
