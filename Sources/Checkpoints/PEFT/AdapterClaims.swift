import PETL

/// What a folder's configuration says is adapted or saved whole, to be held against the modules of a network:
/// a file that has less than that is not whole.
public struct AdapterClaims: Sendable {
  /// How modules are chosen.
  enum Rule: Sendable {
    /// By PEFT's `target_modules` and what goes with it.
    case peft(PEFTTargets)
    /// By mlx's `keys`, which name maps below a block, and `num_layers`, counted from the last.
    case mlx(keys: [String]?, layers: Int?)
  }

  /// A module that is to be saved whole, and of which the file has no tensor.
  public struct Unsaved: Sendable, Equatable {
    /// Its name, which ends the path of a module.
    public let name: String
    /// Whether PEFT adds it because of the `task_type`.
    public let isAdded: Bool
  }

  /// A linear map of a network.
  public struct Map {
    /// Its path.
    public let path: String
    /// Its path below its block.
    public let key: String
    /// Its block, counted from 0 over all stages.
    public let layer: Int

    /// Makes a map.
    public init(path: String, key: String, layer: Int) {
      (self.path, self.key, self.layer) = (path, key, layer)
    }
  }

  let rule: Rule?
  /// Which biases of the network itself are to be in the file.
  public internal(set) var bias = PEFTBias.none
  /// The modules that are to be in the file whole, by the names that are not among `unsaved`.
  private var saved: [String] = []
  /// The modules that are trained in the place of the network's own; nil of an adapter.
  private var tuned: PEFTTargets?
  /// The modules that are to be saved whole and are not.
  public internal(set) var unsaved: [Unsaved] = []
  /// The class of the network that it was trained on, where the configuration says it.
  public internal(set) var baseClass: String?

  /// Nothing is said.
  public static let none = AdapterClaims(rule: nil)

  init(rule: Rule?) { self.rule = rule }

  /// Only the class of the network is said.
  public init(baseClass: String?) {
    rule = nil
    self.baseClass = baseClass
  }

  init(_ targets: PEFTTargets, bias: PEFTBias = .none, baseClass: String?, whole: [String]) {
    rule = .peft(targets)
    (self.baseClass, self.bias) = (baseClass, bias)
    setSaved(targets, whole)
  }

  /// What is said of modules that are trained in the place of the network's own.
  init(whole targets: PEFTTargets, baseClass: String?, _ whole: [String]) {
    (rule, tuned, self.baseClass) = (nil, targets, baseClass)
    setSaved(targets, whole)
  }

  private mutating func setSaved(_ targets: PEFTTargets, _ whole: [String]) {
    let found = targets.saved.found(within: whole)
    unsaved = targets.saved.names.filter { !found.contains(ExactName($0)) }.map {
      Unsaved(name: $0, isAdded: targets.added.contains($0))
    }
    saved = targets.saved.names.filter { found.contains(ExactName($0)) }
  }

  /// The key by which a weight of the network must be in the file; nil for one that need not be.
  ///
  /// - Parameters:
  ///   - name: The name of the weight in the library.
  ///   - adapted: The paths of the maps that the file adapts.
  /// - Returns: `modules_to_save`, `target_modules`, `bias`, or nil.
  /// - Throws: `DiagnosticError` that names an expression that takes too long.
  package func key(requiring name: String, adapted: Set<String>) throws -> String? {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    let modules = (1..<max(1, parts.count)).map { parts.prefix($0).joined(separator: ".") }
    // PEFT saves every module whose path ends in the name, with or without a dot before it.
    if modules.contains(where: { module in saved.contains { module.hasSuffix($0) } }) {
      return "modules_to_save"
    }
    if let tuned, try modules.contains(where: tuned.adapts) { return "target_modules" }
    switch bias {
    case .none: return nil
    case .all: return name.contains("bias") ? "bias" : nil
    case .adapted:
      return parts.last == "bias" && adapted.contains(modules.last ?? "") ? "bias" : nil
    }
  }

  /// Whether it is mlx's configuration.
  public var isMLX: Bool {
    if case .mlx = rule { true } else { false }
  }

  /// The key that chooses the maps, for messages.
  public var key: String { isMLX ? "keys` and `num_layers" : "target_modules" }

  /// Whether maps are chosen by their names, not as all that are linear.
  public var choosesByName: Bool {
    if case .peft(let targets) = rule { !targets.isAllLinear } else { false }
  }

  /// Whether a linear map is adapted.
  ///
  /// - Parameters:
  ///   - map: A map of the network.
  ///   - depth: How many blocks the network has.
  ///   - found: The keys of the maps that the file has: what an mlx folder without `keys` adapts.
  /// - Returns: Whether the file must have its tensors.
  /// - Throws: `DiagnosticError` that names an expression that takes too long.
  public func adapts(_ map: Map, depth: Int, found: Set<String>) throws -> Bool {
    switch rule {
    case nil: return false
    case .peft(let targets): return try targets.adapts(map.path)
    case .mlx(let keys, let layers):
      let isNamed =
        keys.map { $0.contains { map.key == $0 || map.path == $0 } } ?? found.contains(map.key)
      return isNamed && (layers.map { $0 < 1 || map.layer >= depth - $0 } ?? true)
    }
  }
}
