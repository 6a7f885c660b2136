import Backbones
import Checkpoints
import Networks
import PETL

extension LoadedAdapter {
  /// Reads an adapter, strictly: every tensor must land on a site of the network, and every adapter get
  /// all of its values.
  ///
  /// - Parameters:
  ///   - path: A PEFT folder, an mlx folder, our own `adapter.safetensors` or its folder, or the folder of
  ///     a run.
  ///   - backbone: The network. Where the adapter trains the backbone's own weights
  ///     (`AdapterFile.backboneWeights`), it was made with these trained, and gets their values.
  ///   - registry: The plugins; those with a PEFT form (`PEFTConvertible`) read PEFT's and mlx's folders.
  ///   - takesWeights: Whether weights of the network that the file brings are given to it; otherwise the adapters
  ///     alone are read, and the network stays as it is.
  ///   - tower: Of a model with two towers the names of the one to read; modules of the other are left
  ///     to it. It has no meaning for our own format, which names sites.
  /// - Returns: The adapter, bound to the network.
  /// - Throws: `DiagnosticError` naming every tensor that does not fit, with the expected shape and the
  ///   nearest site.
  public static func read(
    _ path: String, for backbone: any AdaptableNetwork, registry: PluginRegistry,
    takesWeights: Bool = true, tower: SiteModules? = nil
  ) throws -> LoadedAdapter {
    let location = try AdapterLocation(path)
    if tower == nil, (try? location.metadata())?[AdapterFile.towerKey] == Tower.text.rawValue {
      throw DiagnosticError(
        "\(path): this is the adapter of a text tower, and this is the network of an image tower",
        hints: ["petl evaluate reads both towers of a run of retrieval"])
    }
    return switch location {
    case .own(let file):
      try AdapterFile.read(file, for: backbone, registry: registry, takesWeights: takesWeights)
    case .mlx(let folder):
      try LinearAdapterReader(
        path: folder, format: .mlx, backbone: backbone, registry: registry, tower: tower
      ).load(MLXAdapterFolder.read(folder))
    case .peft(let folder):
      try LinearAdapterReader(
        path: folder, format: .peft, backbone: backbone, registry: registry, tower: tower,
        takesWeights: takesWeights
      ).load(PEFTAdapter.read(folder, methods: registry.peftMethods))
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
