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

  init(_ targets: PEFTTargets, baseClass: String?, whole: [String]) {
    rule = .peft(targets)
    self.baseClass = baseClass
    let found = targets.saved.found(within: whole)
    unsaved = targets.saved.names.filter { !found.contains(ExactName($0)) }.map {
      Unsaved(name: $0, isAdded: targets.added.contains($0))
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
