import Backbones
import Checkpoints
import PETL

/// The weights of the network that were trained, as a PEFT folder holds them: modules saved whole, and biases.
struct WrittenWeights {
  /// The tensors under the library's names.
  private(set) var tensors: [PEFTAdapterFolder.FullTensor] = []
  /// Which biases they are.
  private(set) var bias = PEFTBias.none
  /// Why PEFT cannot hold them, in a sentence; nil when it can.
  private(set) var objection: String?

  /// A tensor of the library's network.
  private struct Cell {
    let weight: BackboneWeight
    let part: LibraryTensors.Part
    /// The numbers, where it is trained or known all the same.
    var values: [Float]?
    let isTrained: Bool
    var isBias: Bool { part.name.contains("bias") }
  }

  /// Sorts the weights of an adapter.
  ///
  /// - Parameters:
  ///   - contents: The adapter.
  ///   - naming: The names to give them.
  ///   - adapted: The paths of the adapted maps.
  ///   - holdsBiases: Whether the configuration of the method has a key for biases.
  init(
    _ contents: AdapterContents, _ naming: SiteModules, adapted: Set<String>, holdsBiases: Bool
  ) {
    let trained = Dictionary(
      contents.backbone.parameters.map { ($0.name, $0.parameter.value) },
      uniquingKeysWith: { first, _ in first })
    guard !trained.isEmpty else { return }
    guard let library = LibraryTensors(naming) else {
      objection =
        "of the network of '\(naming.name)' only the linear maps have names that are known"
      return
    }
    var cells: [Cell] = []
    for weight in contents.backbone.weights {
      let values = trained[weight.name]?.values
      let parts = library.parts(of: weight)
      if values != nil, parts.isEmpty || parts.contains(where: { $0.module.isEmpty }) {
        objection = "PEFT saves whole modules, and '\(weight.name)' is a parameter of none"
        return
      }
      cells += parts.map { part in
        Cell(
          weight: weight, part: part,
          values: values.map { library.stored($0, of: weight, part) }, isTrained: values != nil)
      }
    }
    let isAll = cells.allSatisfy { $0.isTrained || !$0.isBias }
    objection = sort(cells, contents, adapted, isAll: isAll && holdsBiases && !adapted.isEmpty)
    if objection == nil, bias != .none, !holdsBiases {
      objection = "PEFT's configuration of the method has no place for biases of the network"
    }
  }

  private mutating func sort(
    _ cells: [Cell], _ contents: AdapterContents, _ adapted: Set<String>, isAll: Bool
  ) -> String? {
    for (module, own) in Self.modules(cells) {
      let below = adapted.contains { $0 == module || $0.hasPrefix(module + ".") }
      let isWhole = own.allSatisfy(\.isTrained)
      if isWhole, !below {
        tensors += own.filter { $0.part.module == module }.map { Self.tensor($0, .saved) }
        continue
      }
      for cell in own where cell.isTrained && cell.part.module == module {
        if cell.isBias, isAll || adapted.contains(module) {
          tensors.append(Self.tensor(cell, .bias))
          continue
        }
        guard !below, let whole = Self.completed(own, contents) else {
          return
            "PEFT saves whole modules, and of `\(module)` \(below ? "maps are adapted" : "only a part is trained")"
        }
        tensors += whole.map { Self.tensor($0, .saved) }
        break
      }
    }
    guard !isAll else {
      bias = .all
      return nil
    }
    let biases = Set(tensors.filter { $0.role == .bias }.map(\.name))
    guard !biases.isEmpty else { return nil }
    bias = .adapted
    let lacking = cells.first {
      adapted.contains($0.part.module) && $0.part.name == $0.part.module + ".bias"
        && !biases.contains($0.part.name)
    }
    return lacking.map {
      "PEFT trains the biases of all adapted maps or of none, and `\($0.part.name)` is not trained"
    }
  }

  /// The modules with parameters of their own that are trained, each with all tensors in it.
  private static func modules(_ cells: [Cell]) -> [(module: String, cells: [Cell])] {
    var seen: Set<String> = []
    let names = cells.filter(\.isTrained).map(\.part.module).filter { seen.insert($0).inserted }
    var inside: [String: [Cell]] = [:]
    for cell in cells {
      let parts = cell.part.module.split(separator: ".")
      for length in 1...max(1, parts.count) {
        let path = parts.prefix(length).joined(separator: ".")
        if seen.contains(path) { inside[path, default: []].append(cell) }
      }
    }
    return names.map { ($0, inside[$0] ?? []) }
  }

  /// The tensors of a linear map of which a part is trained, with the others as they are; nil of another module.
  private static func completed(_ cells: [Cell], _ contents: AdapterContents) -> [Cell]? {
    var cells = cells
    for index in cells.indices where cells[index].values == nil {
      let (weight, part) = (cells[index].weight, cells[index].part)
      guard weight.name.hasSuffix(".weight"),
        let site = contents.backbone.sites.first(where: { site in
          site.kind.isLinear && Self.isOwner(site, of: weight, part, contents.backbone)
        }), let map = contents.backbone.map(at: site), map.weight.shape == part.shape
      else { return nil }
      cells[index].values = map.weight.values
    }
    return cells
  }

  /// Whether a site is the map that has a part of a weight.
  private static func isOwner(
    _ site: AdaptationSite, of weight: BackboneWeight, _ part: LibraryTensors.Part,
    _ network: any AdaptableNetwork
  ) -> Bool {
    let kinds: [AdaptationSite.Kind] =
      part.count == 3 ? [[.query, .key, .value][part.index]] : [.output, .fc1, .fc2]
    guard kinds.contains(site.kind) else { return false }
    let ends: [AdaptationSite.Kind: String] = [
      .query: "attn.qkv", .key: "attn.qkv", .value: "attn.qkv", .output: "attn.proj",
      .fc1: "mlp.fc1", .fc2: "mlp.fc2",
    ]
    let end = ".\(ends[site.kind] ?? "").weight"
    let layers = network.weights.map(\.name).filter { $0.hasSuffix(end) }
    return layers.firstIndex(of: weight.name) == site.layer
  }

  private static func tensor(
    _ cell: Cell, _ role: PEFTAdapterFolder.FullTensor.Role
  ) -> PEFTAdapterFolder.FullTensor {
    .init(name: cell.part.name, shape: cell.part.shape, values: cell.values ?? [], role: role)
  }
}
