import Backbones
import Checkpoints
import Networks
import PETL

extension LoadedAdapter {
  /// Reads an adapter of a language model, strictly: every tensor must land on a site of the network, and every
  /// adapter get all of its values.
  ///
  /// The network says how its modules are named; the file, whether the names begin with the root of a model with
  /// a head.
  ///
  /// - Parameters:
  ///   - path: A PEFT or an mlx folder.
  ///   - network: The network, none of whose own weights are trained.
  ///   - family: The kind of network.
  ///   - registry: The plugins; those with a PEFT form (`PEFTConvertible`) read PEFT's and mlx's folders.
  /// - Returns: The adapter, bound to the network.
  /// - Throws: `DiagnosticError` naming every tensor that does not fit, with the expected shape and the
  ///   nearest module.
  public static func read(
    _ path: String, for network: any AdaptableNetwork, of family: LanguageFamily,
    registry: PluginRegistry
  ) throws -> LoadedAdapter {
    let location = try AdapterLocation(path)
    let tensors = try SafetensorsFile(path: location.tensors).entries.map(\.name)
    let naming = SiteModules.naming(of: family, in: tensors)
    func reader(_ folder: String, _ format: Format) -> LinearAdapterReader {
      LinearAdapterReader(
        path: folder, format: format, backbone: network, registry: registry, tower: naming)
    }
    switch location {
    case .own(let file):
      throw DiagnosticError(
        "\(file): this adapter was trained on images, and \(family.title) is a language model",
        hints: ["a folder of PEFT or mlx holds an adapter of a language model"])
    case .mlx(let folder): return try reader(folder, .mlx).load(MLXAdapterFolder.read(folder))
    case .peft(let folder):
      return try reader(folder, .peft).load(
        PEFTAdapter.read(
          folder, methods: registry.peftMethods, isTransposed: naming.hasTransposedMaps))
    }
  }
}

extension SiteModules {
  /// Whether the library keeps the weights of its maps [in, out], as GPT-2's `Conv1D` does.
  fileprivate var hasTransposedMaps: Bool { name == SiteModules.gpt2.name }

  /// How the modules of a language model are named in a file with these tensors.
  fileprivate static func naming(of family: LanguageFamily, in tensors: [String]) -> SiteModules {
    let own: SiteModules =
      switch family {
      case .llama, .mistral, .qwen2, .qwen3: .llama
      case .gemma3: .gemma
      case .gpt2: .gpt2
      case .bert: .bert
      case .roberta: .roberta
      case .distilbert: .distilbert
      }
    let wrapper = "base_model.model."
    let isRooted = tensors.contains {
      ($0.hasPrefix(wrapper) ? $0.dropFirst(wrapper.count) : $0[...]).hasPrefix(own.root)
    }
    return isRooted ? own : own.bare
  }
}
