import Backbones
import Checkpoints
import Networks
import PETL
import Recipes

/// Our own format of an adapter: one safetensors file that says in its metadata how to make it again.
///
/// | key | value |
/// |---|---|
/// | `format` | `petlkit-adapter` |
/// | `version` | `1` |
/// | `adapter` | YAML: a list of `type`, `sites` (names) and `options` |
/// | `backbone_weights` | JSON: the names of the backbone's own weights among the tensors |
/// | `base_model` | the weights that it was trained on |
/// | `tower` | `text` of the text tower of a CLIP |
/// | `network` | the kind of language model, `llama`; absent of image networks |
/// | `recipe`, `probe`, … | what the writer adds |
///
/// Tensors are called by site and parameter, `blocks.3.query.lora_A`, and `head.weight`, `head.bias`; of a
/// language model's head also `head.pooler.weight`, `head.pooler.bias`.
public enum AdapterFile {
  /// The name of the file in an adapter's folder.
  package static let name = "adapter.safetensors"
  /// The value of the metadata key `format`.
  package static let format = "petlkit-adapter"
  /// The value of the metadata key `version`.
  static let version = "1"
  /// The metadata key of the recipe's text.
  package static let recipeKey = "recipe"
  package static let groupsKey = "adapter"
  static let weightsKey = "backbone_weights"
  static let baseKey = "base_model"
  /// The metadata key of the tower of a CLIP, `text`; absent of image networks.
  package static let towerKey = "tower"
  /// The metadata key of the kind of language model.
  static let networkKey = "network"
  /// The metadata keys that say how the file is read.
  static let ownKeys: Set<String> = [
    "format", "version", groupsKey, weightsKey, baseKey, networkKey,
  ]

  /// Writes the file atomically.
  ///
  /// - Throws: `DiagnosticError` when the file cannot be written; an older one is then still whole.
  static func write(_ contents: AdapterContents, to path: String) throws {
    let records = contents.stored.map { name, value in
      TensorRecord.float32(name, shape: value.shape, value.values)
    }
    var own = ["format": format, "version": version]
    own[groupsKey] = contents.groups.yaml
    own[baseKey] = contents.baseModel
    own[networkKey] = contents.family?.rawValue
    let weights = contents.backbone.parameters.map { JSONValue.string($0.name) }
    if !weights.isEmpty { own[weightsKey] = try JSONValue.array(weights).formatted() }
    try SafetensorsWriter.write(
      records, metadata: contents.metadata.merging(own) { _, own in own }, to: path)
  }

  /// The names of the backbone's own weights that an adapter has trained, in timm's naming: the network
  /// that it is read for must be made with these trained.
  ///
  /// - Parameters:
  ///   - path: As `LoadedAdapter.read` takes it.
  ///   - registry: The plugins, which say what the tensors of a PEFT folder are.
  /// - Returns: None of an mlx folder, and of a PEFT folder that cannot be read: reading it says why.
  /// - Throws: `DiagnosticError` if the file cannot be read.
  public static func backboneWeights(
    _ path: String, registry: PluginRegistry
  ) throws -> Set<String> {
    switch try AdapterLocation(path) {
    case .own(let file): Set(try weightNames(try open(file)))
    case .peft(let folder): (try? peftWeights(folder, registry)) ?? []
    case .mlx: []
    }
  }

  /// Says of a plugin that is not known which plugin files the adapter was trained with.
  private static func naming<Result>(
    _ files: String?, _ body: () throws -> Result
  ) throws -> Result {
    do { return try body() } catch let error as DiagnosticError {
      // A name, a space and its digest each.
      let names = (files ?? "").split(separator: ", ").map { part in
        part.lastIndex(of: " ").map { part[..<$0] } ?? part
      }
      let hints =
        names.isEmpty
        ? []
        : ["it was trained with \(names.joined(separator: ", ")); name the file: --plugin FILE"]
      throw DiagnosticError(
        error.diagnostics.map {
          PluginRegistry.isOfMissingPlugin($0)
            ? Diagnostic($0.message, at: $0.span, hints: $0.hints + hints) : $0
        })
    }
  }

  /// Reads the file onto a network.
  ///
  /// - Throws: `DiagnosticError` naming everything that does not fit.
  static func read(
    _ path: String, for backbone: any AdaptableNetwork, of family: LanguageFamily? = nil,
    registry: PluginRegistry, takesWeights: Bool = true
  ) throws -> LoadedAdapter {
    let file = try open(path)
    try requireNetwork(family, of: file)
    guard let text = file.metadata[groupsKey] else {
      throw DiagnosticError(
        "\(path): there is no metadata `\(groupsKey)`, which says what the adapters are")
    }
    let groups = try [AdapterGroup](yaml: text, name: "\(path): metadata `\(groupsKey)`")
    let entries = try naming(file.metadata["plugins"]) {
      try groups.flatMap { try $0.entries(on: backbone.sites, registry, place: path) }
    }
    let twice = Dictionary(grouping: entries, by: \.site).filter { $0.value.count > 1 }.keys
    guard twice.isEmpty else {
      throw DiagnosticError(
        "\(path): two adapters are attached to \(twice.map(\.name).sorted().joined(separator: ", "))"
      )
    }
    let adapters = AdapterSet(entries)
    backbone.bind(adapters)
    let trained = Dictionary(
      backbone.parameters.map { ($0.name, $0.parameter) }, uniquingKeysWith: { first, _ in first })
    let brought = try weightNames(file)
    let names = takesWeights ? brought : []
    let missing = names.filter { trained[$0] == nil }
    guard missing.isEmpty else {
      throw DiagnosticError(
        missing.map {
          Diagnostic(
            "\(path): '\($0)' is a weight of the backbone that was trained, but this network has it frozen or not at all",
            hints: ["make the network with the weights of AdapterFile.backboneWeights trained"])
        })
    }
    let head = try family == nil ? self.head(file, width: backbone.width) : nil
    let textHead = try family.flatMap { try TextHead($0, in: file, width: backbone.width) }
    let heads = Set(
      (head == nil ? [] : ["head.weight", "head.bias"]) + (textHead?.named ?? []).map(\.name))
    try file.load(
      into: adapters.parameters + adapters.constants
        + names.compactMap { name in trained[name].map { (name, $0) } }
    ) {
      heads.contains($0) || !takesWeights && brought.contains($0)
    }
    var loaded = LoadedAdapter(
      path: path, format: .petl, naming: nil, groups: groups, adapters: adapters, head: head,
      backboneWeights: names, baseModel: file.metadata[baseKey], metadata: file.metadata,
      warnings: [])
    (loaded.family, loaded.textHead) = (family, textHead)
    return loaded
  }

  /// Refuses an adapter of another kind of network.
  private static func requireNetwork(
    _ family: LanguageFamily?, of file: SafetensorsFile
  ) throws {
    let stored = file.metadata[networkKey]
    guard stored != family?.rawValue else { return }
    let title = stored.map { LanguageFamily(rawValue: $0)?.title ?? $0 }
    let own = family.map { "\($0.title) is a language model" } ?? "this is a network of images"
    throw DiagnosticError(
      "\(file.name): this adapter was trained on \(title ?? "images"), and "
        + (title != nil && family != nil ? "this is \(family?.title ?? "")" : own),
      hints: ["give the weights that it was trained on"])
  }

  private static func open(_ path: String) throws -> SafetensorsFile {
    let file = try SafetensorsFile(path: path)
    guard file.metadata["format"] == format else {
      throw DiagnosticError(
        "\(path): not an adapter of petl", hints: ["expected metadata format = \(format)"])
    }
    guard file.metadata["version"] == version else {
      throw DiagnosticError(
        "\(path): version \(file.metadata["version"] ?? "none") of the format, this petl reads \(version)",
        hints: ["read it by the petl that wrote it, or a newer one"])
    }
    return file
  }

  private static func weightNames(_ file: SafetensorsFile) throws -> [String] {
    guard let text = file.metadata[weightsKey] else { return [] }
    let place = "\(file.name): metadata `\(weightsKey)`"
    let json = try JSONValue(parsing: Array(text.utf8), name: place)
    guard let elements = json.elements, elements.allSatisfy({ $0.text != nil }) else {
      throw DiagnosticError("\(place) is no list of names")
    }
    return elements.compactMap(\.text)
  }

  private static func head(
    _ file: SafetensorsFile, width: Int
  ) throws -> (weight: Tensor, bias: Tensor)? {
    guard let weight = file.entry("head.weight") else { return nil }
    guard weight.shape.count == 2, weight.shape[0] > 0, weight.shape[1] == width,
      file.entry("head.bias")?.shape == [weight.shape[0]]
    else {
      let bias = file.entry("head.bias").map { "\($0.shape)" } ?? "missing"
      throw DiagnosticError(
        "\(file.name): tensor 'head.weight' has shape \(weight.shape), 'head.bias' \(bias); expected [classes, \(width)] and [classes]"
      )
    }
    return (
      Tensor(try file.floats("head.weight"), shape: weight.shape),
      Tensor(try file.floats("head.bias"))
    )
  }
}
