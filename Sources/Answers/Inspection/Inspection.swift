import AdapterFiles
import Checkpoints
import Datasets
import Foundation
import Networks
import PETL
import Recipes
import Training

/// What is in a file of weights, an adapter's folder or a run's folder.
public struct Inspection: Encodable {
  /// What was found.
  public enum Kind: String, Sendable, Encodable {
    /// Tensors of any origin.
    case weights
    /// What a run trained, in a file of petl's.
    case checkpoint
    /// A folder that PEFT loads.
    case peftAdapter = "peft-adapter"
    /// A folder of mlx-lm or mlx-swift-lm.
    case mlxAdapter = "mlx-adapter"
    /// An adapter in petl's own format.
    case petlAdapter = "petl-adapter"
    /// The folder of a run.
    case run
  }

  /// A file and what it holds, whatever it is called.
  public struct File: Sendable, Encodable {
    /// Its path.
    public let path: String
    /// Its size.
    public let bytes: Int
    /// The SHA-256 of its bytes, in hexadecimal digits.
    public let sha256: String
  }

  /// The adapter, in figures of its weights and, where images were given, of its features.
  public struct Adapter: Sendable, Encodable {
    /// Its name: that of a recipe's `type:`, or PEFT's.
    public var method: String
    /// The numbers it trains, without the head.
    public var parameters: Int
    /// The sites or modules, in order.
    public var sites: [SiteFigures]
    /// What its redundancy was measured on; nil without images.
    public var images: String?
  }

  /// The path as it was given.
  public let path: String
  /// What was found there.
  public let kind: Kind
  /// The files that were read.
  public let files: [File]
  /// Whose names the tensors have, and what network that makes; a reason where none is known.
  public let naming: String
  /// Every tensor.
  public let tensors: [TensorSummary]
  /// How many numbers the tensors hold.
  public let parameters: Int
  /// What the file says about itself.
  public let metadata: [String: String]
  /// The adapter, where there is one.
  public var adapter: Adapter?
  /// The network that the adapter can be measured in; nil where it is not known.
  public let predictor: Predictor?
  /// What the user should know of the weights as a network, a sentence each.
  public let notes: [Note]
  /// What is odd: numbers that are not finite, rank-one parts of zeros.
  public private(set) var warnings: [String] = []

  private enum CodingKeys: String, CodingKey {
    case path, kind, files, naming, tensors, parameters, metadata, adapter, notes, warnings
  }

  /// Reads a path.
  ///
  /// - Parameters:
  ///   - path: a file of weights, or the folder of an adapter or a run.
  ///   - weights: what an adapter was trained on, which makes its sites known; nil looks at its file
  ///     alone.
  ///   - heads: of attention, where nothing beside the weights says them.
  ///   - registry: the plugins that a run's recipe or an adapter may name.
  ///   - overrides: changes to the recipe of a run.
  /// - Throws: `DiagnosticError` when it is none of the kinds, or damaged.
  public init(
    _ path: String, weights: String? = nil, heads: Int? = nil, registry: PluginRegistry,
    overrides: [String] = []
  ) throws {
    let source = try Source(path)
    var adapter: Adapter?
    var predictor: Predictor?
    var isMeasured = false
    var adapterNotes: [Note] = []
    let store: any WeightStore
    switch source {
    case .run:
      let folder = try RunFolder(existing: path)
      let recipe = try folder.recipe(registry: registry, overrides: overrides)
      store = try WeightFile(path: folder.lastCheckpoint(of: recipe)).store
      if recipe.hasClasses {
        let run = try Predictor(run: path, registry: registry, overrides: overrides)
        (adapter, adapterNotes) = (Self.adapter(run), run.notes)
        predictor = run
      } else {
        adapter = try Self.adapter(of: folder, recipe)
        adapterNotes = recipe.notes + folder.changes(recipe)
      }
    case .adapter(let location):
      store = try WeightFile(path: location.tensors).store
      if let weights, LanguageWeights.recognizes(weights) {
        guard heads == nil else {
          throw DiagnosticError(
            "--heads goes with a network of images; \(weights) is a language model")
        }
        let found = try Self.adapter(path, language: weights, registry)
        (adapter, adapterNotes, isMeasured) = (found.0, found.notes, true)
      } else if let weights {
        let network = try Predictor(
          weights: weights, adapter: path, heads: heads, registry: registry)
        adapter = Self.adapter(network)
        (predictor, isMeasured) = (network, true)
      } else {
        adapter = try Self.adapter(at: location, registry)
      }
    case .weights:
      store = isGGUF(path) ? try GGUFFile(path: path) : try WeightReference(path).open().store
    }
    if weights != nil, !isMeasured {
      throw DiagnosticError(
        "--weights names the network of an adapter's folder; \(path) is none",
        hints: ["leave it out"])
    }
    self.path = path
    kind = source.kind == .weights && store.isCheckpoint ? .checkpoint : source.kind
    files = try Self.paths(of: store).map { try File($0) }
    let names = Self.naming(of: store, kind, heads: heads)
    (naming, notes) = (names.summary, names.notes + adapterNotes)
    tensors = try store.entries.map { try TensorSummary($0, in: store) }
    parameters = tensors.reduce(0) { $0 + $1.count }
    metadata = store.metadata
    self.adapter = adapter
    self.predictor = predictor
    warnings = tensors.filter { $0.nonFinite > 0 }.map {
      "\($0.nonFinite) of the \($0.count) numbers of '\($0.name)' are not finite"
    }
    // Where a tensor is not finite, that was said already.
    let areFinite = warnings.isEmpty
    for site in adapter?.sites ?? [] where areFinite && !site.isFinite {
      warnings.append(
        "the change of \(site.name) has no figures: its factors, or their scale (alpha), are not finite or too large"
      )
    }
    for site in adapter?.sites ?? [] where site.deadParts > 0 {
      warnings.append(
        "\(site.deadParts) of the \(site.rank ?? 0) rank-one parts of \(site.name) are zero")
    }
  }

  /// What lies at a path, by the files that are there.
  private enum Source {
    case run, weights
    case adapter(AdapterLocation)

    init(_ path: String) throws {
      func has(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(path)/\(name)")
      }
      if WeightReference(path).embeddedName != nil {
        self = .weights
      } else if !FileManager.default.fileExists(atPath: path) {
        throw DiagnosticError(
          missing: path, "file or folder",
          hints: ["expected a file of weights, or the folder of an adapter or a run"])
      } else if has("recipe.yaml") {
        self = .run
      } else if has("adapter_config.json") || has(AdapterFile.name) {
        self = .adapter(try AdapterLocation(path))
      } else {
        let isOwn =
          (try? SafetensorsFile(path: path))?.metadata["format"] == AdapterFile.format
        self = isOwn ? .adapter(.own(path)) : .weights
      }
    }

    var kind: Kind {
      switch self {
      case .run: .run
      case .weights: .weights
      case .adapter(.own): .petlAdapter
      case .adapter(.mlx): .mlxAdapter
      case .adapter(.peft): .peftAdapter
      }
    }
  }

  /// The files of some weights.
  private static func paths(of store: any WeightStore) -> [String] {
    let path = store.name
    guard path.hasSuffix(".index.json"), let bytes = try? readFile(path, limit: 100 << 20),
      let json = try? JSONValue(parsing: bytes, name: path)
    else { return [path] }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let shards = json["weight_map"]?.members?.compactMap(\.value.text) ?? []
    return [path] + Set(shards).sorted().map { "\(folder)/\($0)" }
  }
}

extension Inspection.File {
  fileprivate init(_ path: String) throws {
    self.path = path
    if let name = WeightReference(path).embeddedName, let data = EmbeddedData.bytes(named: name) {
      (bytes, sha256) = (data.count, SHA256.digest(of: data))
      return
    }
    sha256 = try SHA256.digest(ofFile: path)
    // Of a link, the file that it leads to.
    let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    let attributes = try? FileManager.default.attributesOfItem(atPath: target)
    bytes = (attributes?[.size] as? NSNumber)?.intValue ?? 0
  }
}

extension WeightStore {
  /// Whether a run of petl wrote it.
  fileprivate var isCheckpoint: Bool { metadata["format"] == Checkpoint.format }
}
