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
  /// How its modules were named; nil of our own format, which names sites.
  public let naming: SiteModules?
  /// The methods with their options; more than one where ranks or scales differ by site.
  public let groups: [AdapterGroup]
  /// The adapters with their values, bound to the network.
  public let adapters: AdapterSet
  /// The head that was trained with them, [classes, width] and [classes]; nil without one.
  public let head: (weight: Tensor, bias: Tensor)?
  /// The names of the backbone's own weights that were trained, and have been put into the network.
  public let backboneWeights: [String]
  /// The weights that it was trained on, as the file says.
  public let baseModel: String?
  /// Strings that the file holds beside its tensors; ours are `recipe`, `probe` and provenance.
  public let metadata: [String: String]
  /// What reading found odd but harmless.
  public let warnings: [Diagnostic]

  /// The names of the methods, `lora`.
  public var methods: [String] {
    groups.map(\.type).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// The recipe that it was trained by, as text, if the file is one of ours.
  public var recipe: String? { metadata[AdapterFile.recipeKey] }

  /// Reads an adapter, strictly: every tensor must land on a site of the network, and every adapter get
  /// all of its values.
  ///
  /// - Parameters:
  ///   - path: A PEFT folder, an mlx folder, our own `adapter.safetensors` or its folder, or the folder of
  ///     a run.
  ///   - backbone: The network. Where the adapter trains the backbone's own weights
  ///     (`AdapterFile.backboneWeights`), it was made with these trained, and gets their values.
  ///   - registry: The plugins; those with a PEFT form (`PEFTConvertible`) read PEFT's and mlx's folders.
  ///   - tower: Of a model with two towers the names of the one to read; modules of the other are left
  ///     to it. It has no meaning for our own format, which names sites.
  /// - Returns: The adapter, bound to the network.
  /// - Throws: `DiagnosticError` naming every tensor that does not fit, with the expected shape and the
  ///   nearest site.
  public static func read(
    _ path: String, for backbone: any Backbone, registry: PluginRegistry,
    tower: SiteModules? = nil
  ) throws -> LoadedAdapter {
    let location = try AdapterLocation(path)
    if tower == nil, (try? location.metadata())?[AdapterFile.towerKey] == Tower.text.rawValue {
      throw DiagnosticError(
        "\(path): this is the adapter of a text tower, and this is the network of an image tower",
        hints: ["petl evaluate reads both towers of a run of retrieval"])
    }
    return switch location {
    case .own(let file): try AdapterFile.read(file, for: backbone, registry: registry)
    case .mlx(let folder):
      try LinearAdapterReader(
        path: folder, format: .mlx, backbone: backbone, registry: registry, tower: tower
      ).load(MLXAdapterFolder.read(folder))
    case .peft(let folder):
      switch try PEFTAdapter.read(folder, methods: registry.peftMethods) {
      case .lowRank(let contents):
        try LinearAdapterReader(
          path: folder, format: .peft, backbone: backbone, registry: registry, tower: tower
        ).load(contents)
      case .form(let contents):
        try LinearAdapterReader(
          path: folder, format: .peft, backbone: backbone, registry: registry, tower: tower
        ).load(contents)
      }
    }
  }

  /// The network with the adapters and their head.
  ///
  /// - Parameter backbone: The network that the adapter was read for.
  /// - Returns: A model; its head is the adapter's, or else the one that came with the weights.
  /// - Throws: `DiagnosticError` if there is no head at all.
  public func model(on backbone: any Backbone) throws -> Model {
    guard let head = head ?? backbone.pretrainedHead else {
      throw DiagnosticError(
        "\(path): there is no head in it, and none came with the weights",
        hints: ["save the head with the adapter (PEFT: modules_to_save)"])
    }
    let model = Model(
      backbone: backbone, adapters: adapters, classes: head.weight.shape[0],
      generator: RandomGenerator(seed: 0))
    model.headWeight.update(to: head.weight)
    model.headBias.update(to: head.bias)
    return model
  }
}
