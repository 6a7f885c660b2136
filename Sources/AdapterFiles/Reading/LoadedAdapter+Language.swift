import Backbones
import Checkpoints
import Foundation
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
  ///   - path: A PEFT or an mlx folder, our own `adapter.safetensors` or its folder, or the folder of a run.
  ///   - network: The network. Where the adapter trains weights of the network itself
  ///     (`AdapterFile.backboneWeights`), it was made with these trained, and gets their values.
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
    let folder: String
    let contents: PEFTAdapter
    let naming: SiteModules
    switch location {
    case .own(let file):
      var loaded = try AdapterFile.read(file, for: network, of: family, registry: registry)
      loaded.warnings += location.headBeside
      return loaded
    case .mlx(let place):
      (folder, naming) = (place, try .naming(of: family, in: location))
      contents = .lowRank(try MLXAdapterFolder.read(place))
    case .peft(let place):
      (folder, naming) = (place, try .naming(of: family, in: location))
      contents = try PEFTAdapter.read(place, methods: registry.peftMethods)
    }
    let reader = LinearAdapterReader(
      path: folder, format: location.format, backbone: network, registry: registry, tower: naming,
      readsTextHead: true)
    var loaded = try reader.load(contents)
    loaded.family = family
    loaded.warnings += location.headBeside
    loaded.textHead = try TextHead(
      family, in: contents.fullTensors, naming, width: network.width, path: folder)
    return loaded
  }
}

extension AdapterLocation {
  /// That a head lies beside the adapter which no library has a place for: that of a run with a pooling of its own.
  fileprivate var headBeside: [Diagnostic] {
    let file = URL(fileURLWithPath: tensors).deletingLastPathComponent()
      .appending(path: "head.safetensors").path
    guard FileKind.seen(at: file) == .file else { return [] }
    return [
      Diagnostic(
        "\(file): the head that was trained on a pooling of its own is left out, for Hugging Face has none such; "
          + "petl predict RUN answers with it")
    ]
  }

  fileprivate var format: LoadedAdapter.Format {
    switch self {
    case .own: .petl
    case .mlx: .mlx
    case .peft: .peft
    }
  }
}

extension PEFTAdapter {
  fileprivate var fullTensors: [PEFTAdapterFolder.FullTensor] {
    switch self {
    case .lowRank(let folder): folder.fullTensors
    case .form(let folder): folder.fullTensors
    }
  }
}

extension SiteModules {
  /// How the modules of a language model are named in the file of an adapter.
  ///
  /// - Throws: `DiagnosticError` if the file cannot be read.
  fileprivate static func naming(
    of family: LanguageFamily, in location: AdapterLocation
  ) throws -> SiteModules {
    var own = SiteModules(family)
    if case .mlx = location, family == .gpt2 { own = .gpt2MLX }
    let tensors = try SafetensorsFile(path: location.tensors).entries.map(\.name)
    let wrapper = "base_model.model."
    let isRooted = tensors.contains {
      ($0.hasPrefix(wrapper) ? $0.dropFirst(wrapper.count) : $0[...]).hasPrefix(own.root)
    }
    return isRooted ? own : own.bare
  }
}
