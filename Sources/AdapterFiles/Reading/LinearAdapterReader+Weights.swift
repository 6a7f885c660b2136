import Backbones
import Checkpoints
import PETL

/// Weights of the network itself that a folder brings.
extension LinearAdapterReader {
  /// A weight of the network, and the tensors of the file that hold it.
  private typealias Owner = (weight: BackboneWeight, part: LibraryTensors.Part)

  /// The tensors that are neither the head's nor of what a library has beside our network.
  func networkTensors(
    _ tensors: [PEFTAdapterFolder.FullTensor], _ naming: SiteModules
  ) -> [PEFTAdapterFolder.FullTensor] {
    guard takesWeights else { return [] }
    let library = LibraryTensors(naming)
    return tensors.filter { tensor in
      if tensor.name == "\(naming.head).weight" || tensor.name == "\(naming.head).bias"
        || readsTextHead && TextHead.names(naming).contains(tensor.name)
      {
        return false
      }
      if let tower, tower.isTower, !tower.root.isEmpty, !tensor.name.hasPrefix(tower.root) {
        return false
      }
      return library?.aside(tensor.name) == nil
    }
  }

  /// Gives the weights of the network that are trained the numbers of a file.
  ///
  /// Rows of a fused map that the file does not hold keep those of the network.
  ///
  /// - Parameters:
  ///   - tensors: The network's among the whole tensors of the file.
  ///   - naming: The names of the modules.
  /// - Returns: The names of the weights, timm's.
  /// - Throws: `DiagnosticError` for every tensor that is no weight of the network, or of another shape.
  func setWeights(
    _ tensors: [PEFTAdapterFolder.FullTensor], _ naming: SiteModules
  ) throws -> [String] {
    guard let library = LibraryTensors(naming) else { return [] }
    let owners = owners(library)
    var values: [String: [Float]] = [:]
    let trained = Dictionary(
      backbone.parameters.map { ($0.name, $0.parameter) }, uniquingKeysWith: { first, _ in first })
    for tensor in tensors {
      guard let (weight, part) = owners[tensor.name], let parameter = trained[weight.name] else {
        continue
      }
      var all = values[weight.name] ?? parameter.value.values
      let own = library.own(tensor.values, of: weight, part)
      let start = part.index * own.count
      for (index, value) in own.enumerated() {
        all[start + index] = tensor.role == .addition ? all[start + index] + value : value
      }
      values[weight.name] = all
    }
    for (name, own) in values {
      guard let parameter = trained[name] else { continue }
      parameter.update(to: Tensor(own, shape: parameter.value.shape))
    }
    return backbone.weights.map(\.name).filter { values[$0] != nil }
  }

  /// What is wrong with the tensors that are weights of the network.
  ///
  /// - Parameters:
  ///   - tensors: The network's among the whole tensors of the file.
  ///   - naming: The names of the modules.
  /// - Returns: A fault for every tensor that is no weight of the network, or of another shape.
  func faults(
    of tensors: [PEFTAdapterFolder.FullTensor], _ naming: SiteModules
  ) -> [Diagnostic] {
    guard !tensors.isEmpty else { return [] }
    guard format == .peft, let library = LibraryTensors(naming) else {
      return biases(tensors)
        + tensors.filter { $0.role == .saved }.map { tensor in
          Diagnostic(
            "\(path): tensor `\(tensor.name)` was trained whole, only the head `\(naming.head)` can be",
            hints: ["merge the adapter in Python, and give the merged weights"])
        }
    }
    let owners = owners(library)
    let trained = Set(backbone.parameters.map(\.name))
    var nearest = NearestNames(among: owners.keys.sorted())
    return tensors.compactMap { tensor in
      guard let (weight, part) = owners[tensor.name] else {
        let hint = nearest.nearest(to: tensor.name).map { "nearest known: `\($0)`" }
        return Diagnostic(
          "\(path): tensor `\(tensor.name)` is no weight of this network",
          hints: [hint ?? "the network has the names of '\(naming.name)' here"])
      }
      if tensor.shape != part.shape {
        return Diagnostic(
          "\(path): tensor `\(tensor.name)` has shape \(tensor.shape), expected \(part.shape)",
          hints: ["it is '\(weight.name)' here, and the weights may be for another size of images"])
      }
      guard trained.contains(weight.name) else {
        return Diagnostic(
          "\(path): tensor `\(tensor.name)` is the network's '\(weight.name)', which is frozen here",
          hints: ["make the network with the weights of AdapterFile.backboneWeights trained"])
      }
      return nil
    }
  }

  /// That biases of a network are not read, in the words of the configuration.
  private func biases(_ tensors: [PEFTAdapterFolder.FullTensor]) -> [Diagnostic] {
    [
      (PEFTAdapterFolder.FullTensor.Role.addition, "lora_bias", "adds biases to maps"),
      (.bias, "bias", "trains biases of the network"),
    ].compactMap { role, key, what in
      let own = tensors.filter { $0.role == role }
      guard let first = own.first else { return nil }
      return Diagnostic(
        "\(path): `\(key)` \(what), which is not read of a language model (`\(first.name)`, \(own.count) in all)",
        hints: ["merge the adapter in Python, and give the merged weights"])
    }
  }

  /// What the configuration asks for of the network's own weights, and the file has not.
  ///
  /// - Parameters:
  ///   - claims: What the configuration says.
  ///   - naming: The names of the modules.
  ///   - wrapper: What stands before them in the configuration's eyes.
  ///   - found: The names of the whole tensors that the file has.
  ///   - adapted: The paths of the maps that it adapts.
  /// - Returns: A fault for each key of the configuration.
  /// - Throws: `DiagnosticError` that names an expression that takes too long.
  func missing(
    _ claims: AdapterClaims, _ naming: SiteModules, wrapper: String, found: [String],
    adapted: [String]
  ) throws -> [Diagnostic] {
    guard format == .peft, let library = LibraryTensors(naming) else { return [] }
    let (found, adapted) = (Set(found), Set(adapted.map { wrapper + $0 }))
    var lacking: [String: [String]] = [:]
    for part in backbone.weights.flatMap(library.parts) where !found.contains(part.name) {
      let name = wrapper + part.name
      guard let key = try claims.key(requiring: name, adapted: adapted) else { continue }
      lacking[key, default: []].append("`\(name)`")
    }
    return lacking.sorted { $0.key < $1.key }.map { key, names in
      let rest = names.count - ClaimCheck.shown
      let list =
        names.prefix(ClaimCheck.shown).joined(separator: ", ")
        + (rest > 0 ? " and \(rest) more" : "")
      return Diagnostic(
        "\(path): `\(key)` means weights of this network of which the file has no tensors: \(list)",
        hints: ["the adapter was not saved whole, or was trained on a smaller network"])
    }
  }

  private func owners(_ library: LibraryTensors) -> [String: Owner] {
    Dictionary(
      backbone.weights.flatMap { weight in
        library.parts(of: weight).map { ($0.name, (weight, $0)) }
      }, uniquingKeysWith: { first, _ in first })
  }
}

extension AdapterFile {
  /// The weights of the network that a PEFT folder brings, by timm's names; some more where a name of the
  /// library may be of several.
  ///
  /// - Throws: `DiagnosticError` if the folder cannot be read, or its names are not known.
  static func peftWeights(_ folder: String, _ registry: PluginRegistry) throws -> Set<String> {
    let modules: [String]
    let tensors: [PEFTAdapterFolder.FullTensor]
    let baseClass: String?
    switch try PEFTAdapter.read(folder, methods: registry.peftMethods) {
    case .lowRank(let contents):
      (modules, tensors) = (contents.modules.map(\.module), contents.fullTensors)
      baseClass = contents.claims.baseClass
    case .form(let contents):
      (modules, tensors) = (contents.maps.map(\.module), contents.fullTensors)
      baseClass = contents.claims.baseClass
    }
    guard !tensors.isEmpty else { return [] }
    let names = ModuleNames(path: folder)
    let wrapper = names.wrapper(of: modules, tensors)
    let own = tensors.map { String($0.name.dropFirst(wrapper.count)) }
    let naming = try names.naming(
      of: modules.map { String($0.dropFirst(wrapper.count)) }, tensors: own, baseClass)
    guard let library = LibraryTensors(naming) else { return [] }
    let heads = ["\(naming.head).weight", "\(naming.head).bias"]
    return Set(own.filter { !heads.contains($0) }.flatMap(library.own))
  }
}
