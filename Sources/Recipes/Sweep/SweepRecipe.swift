import PETL

/// A recipe that stands for several: what its section `sweep` and lists after `--set` vary.
///
/// ```yaml
/// sweep:
///   grid: {regularizers.0.weight: [0.01, 0.1, 1]}   # every value with every other
///   paired:                                         # these together
///     - {adapter.type: lora, adapter.rank: 8}
///     - {adapter.type: adaptformer, adapter.bottleneck: 8}
///   random:                                         # drawn, in the place of `paired`
///     {count: 20, values: {optimizer.learning_rate: {from: 1e-4, to: 1e-2, scale: log}}}
///   data: [digits, shapes-count]                    # names, or paths, or mappings as in 'data'
///   seeds: [0, 1, 2]
/// ```
public struct SweepRecipe: Sendable {
  /// One run of a sweep.
  public struct Point: Sendable {
    /// What varies and was set, in the order of the sweep, as text.
    public let changes: [(key: String, text: String)]
    /// The recipe with it.
    public let recipe: Recipe

    /// A short name for a folder: `lora-rank-4-digits-seed0`.
    public var label: String {
      let parts = changes.map { key, text -> String in
        let last = String(key.split(separator: ".").last ?? "")
        let file = String(text.split(separator: "/").last ?? "")
        return switch key {
        case "seed": "seed\(text)"
        case "data.path", "data.name", "data": file
        default: last == "type" ? text : "\(last)-\(text)"
        }
      }
      let plain = parts.joined(separator: "-").map { character -> Character in
        let isPlain = character.isASCII && (character.isLetter || character.isNumber)
        return isPlain || "._-".contains(character) ? character : "-"
      }
      return plain.isEmpty ? "run" : String(plain.prefix(80))
    }
  }

  /// The recipe's name, which the sweep's folder has.
  public let name: String
  /// The runs; seeds vary first, then data sets.
  public let points: [Point]
  /// The recipe as it was read, with what varies in its section `sweep`, overrides included.
  package let source: ConfigurationNode

  /// The most runs of a sweep.
  public static let mostPoints = 10_000

  /// Reads a sweep.
  ///
  /// - Parameters:
  ///   - path: a YAML file; without a section `sweep` only the overrides vary.
  ///   - overrides: `a.b=1,2`; each takes the place of what the recipe sweeps over that key.
  ///   - registry: the plugins that the recipe may name.
  /// - Throws: `DiagnosticError` with every mistake of every combination, each once.
  public init(path: String, overrides: [String] = [], registry: PluginRegistry) throws {
    try self.init(YAMLReader.read(path: path), overrides: overrides, registry: registry)
  }

  /// A sweep of given runs.
  init(name: String, points: [Point], source: ConfigurationNode) {
    (self.name, self.points, self.source) = (name, points, source)
  }

  /// Reads a sweep from its text.
  ///
  /// - Throws: `DiagnosticError` with every mistake of every combination, each once.
  public init(
    text: String, name: String = "recipe", overrides: [String] = [], registry: PluginRegistry
  ) throws {
    try self.init(
      YAMLReader.parse(text: text, name: name), overrides: overrides, registry: registry)
  }

  private init(
    _ node: ConfigurationNode, overrides: [String], registry: PluginRegistry
  ) throws {
    // What changes the section itself comes before what is read from it.
    let ofSection = overrides.filter { $0.hasPrefix("sweep.") || $0.hasPrefix("sweep=") }
    let node = try Overrides(ofSection).apply(to: node)
    var reader = SweepReader(node)
    let axes = reader.axes(overrides: overrides.filter { !ofSection.contains($0) })
    guard reader.mistakes.isEmpty else { throw DiagnosticError(reader.mistakes) }
    var seen: Set<String> = []
    var runs: [[String]: [Overrides.Setting]] = [:]
    var mistakes: [Diagnostic] = []
    var points: [Point] = []
    let base = node.without("sweep")
    let varying = Set(axes.filter { $0.alternatives.count > 1 }.flatMap(\.keys))
    for settings in SweepReader.combinations(axes) {
      do {
        var changed = base
        for setting in settings { changed = try setting.apply(to: changed, at: 0) }
        let recipe = try Recipe(changed, overrides: [], registry: registry)
        if let twin = runs.updateValue(settings, forKey: recipe.meaning) {
          throw Self.repeated(settings, twin)
        }
        points.append(
          Point(
            changes: settings.filter { varying.contains($0.key) }.map {
              ($0.key, $0.value.shortText)
            }, recipe: recipe))
      } catch let error as DiagnosticError {
        mistakes += error.diagnostics.filter { seen.insert("\($0)").inserted }
      }
    }
    try mistakes.throwIfAny()
    self.points = points
    source = try Self.whole(base, axes)
    name = points.first?.recipe.name ?? "sweep"
  }

  /// What is said of a run that another of the sweep is already, where what makes them so is spelled.
  private static func repeated(
    _ settings: [Overrides.Setting], _ twin: [Overrides.Setting]
  ) -> DiagnosticError {
    // What both have from the same place makes no difference.
    func place(_ setting: Overrides.Setting) -> String { "\(setting.key) \(setting.value.span)" }
    func own(_ settings: [Overrides.Setting], beside others: [Overrides.Setting]) -> [Overrides
      .Setting]
    {
      let places = Set(others.map(place))
      let own = settings.filter { !places.contains(place($0)) }
      return own.isEmpty ? settings : own
    }
    let (first, second) = (own(twin, beside: settings), own(settings, beside: twin))
    func text(_ settings: [Overrides.Setting]) -> String {
      settings.map { "\($0.key)=\($0.value.shortText)" }.joined(separator: ", ")
    }
    return DiagnosticError(
      "the sweep has the same run twice: \(text(first)) and \(text(second))",
      at: second.first?.value.span,
      hints: ["leave one of them out"])
  }
}

extension Recipe {
  /// What it says, whatever the spelling of its numbers.
  fileprivate var meaning: [String] { resolved.scalars().map { "\($0.key)=\($0.text)" } }
}
