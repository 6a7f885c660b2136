import Optimization
import PETL

extension Recipe {
  /// Reads a recipe file.
  ///
  /// - Parameters:
  ///   - path: a YAML file.
  ///   - overrides: `a.b=value` from the command line.
  ///   - registry: the plugins that the recipe may name.
  /// - Throws: `DiagnosticError` with every mistake of the file.
  public init(path: String, overrides: [String] = [], registry: PluginRegistry) throws {
    try self.init(YAMLReader.read(path: path), overrides: overrides, registry: registry)
  }

  /// Reads a recipe from its text.
  ///
  /// - Throws: `DiagnosticError` with every mistake of the text.
  public init(
    text: String, name: String = "recipe", overrides: [String] = [], registry: PluginRegistry
  ) throws {
    try self.init(
      YAMLReader.parse(text: text, name: name), overrides: overrides, registry: registry)
  }

  init(_ node: ConfigurationNode, overrides: [String], registry: PluginRegistry) throws {
    var node = try Overrides(overrides).apply(to: node)
    if let sweep = node.entry("sweep") {
      throw DiagnosticError(
        "this recipe is a sweep of several runs", at: sweep.keySpan,
        hints: ["run all of them with petl sweep, or remove 'sweep' to run one"])
    }
    // `--set adapter=~` takes an adapter away, as `~` does with any option.
    for key in ["adapter", "regularizers", "stages"] { node = node.without(key, ifNull: true) }
    try registry.checkRules()
    let reader = OptionReader(node, section: "")
    let recipe = Recipe(reader, registry)
    reader.finish(knownElsewhere: Recipe.sectionsOfKeys(registry))
    try reader.throwIfInvalid()
    guard let recipe else { throw DiagnosticError("the recipe is not complete") }
    self = recipe
    resolved = reader.resolved
    // Turning is what a recipe without the key says, and always said.
    if data.exif { resolved = resolved.mapping("data") { $0.without("exif") } }
    // An absent section reads as its defaults, but there are none of no adapter.
    if adapter == nil { resolved = resolved.without("adapter") }
  }

  /// Every option of a recipe, with those of no plugin.
  public static func descriptors(_ registry: PluginRegistry) -> [OptionDescriptor] {
    let reader = OptionReader(describing: "")
    _ = Recipe(reader, registry)
    return reader.descriptors
  }

  /// nil when a part is missing, which is then reported.
  private init?(_ reader: OptionReader, _ registry: PluginRegistry) {
    name = reader.fileName("name", default: "run", help: "the name of the run, and its folder's")
    seed = reader.integer("seed", default: 0, in: 0...Int.max, help: "where randomness starts")
    task = reader.choice(
      "task", default: .classification,
      help: "classification, or retrieval of captions and images with both towers of a CLIP")
    threads = reader.optionalInteger(
      "threads", in: 1...256, help: "how many threads share the work; all when absent")
    let backboneReader = reader.section("backbone", help: "the frozen network")
    let backbone = BackboneRecipe(backboneReader)
    if backbone == nil, backboneReader.diagnostics.isEmpty {
      reader.report(
        "missing section 'backbone'", hints: ["expected a mapping with 'weights' in it"])
    }
    let dataReader = reader.section("data", help: "the images")
    let data = DataRecipe(dataReader)
    let adapterReader = reader.section("adapter", help: "what is trained on the network")
    adapter = AdapterRecipe(adapterReader, registry, hasTowers: task == .retrieval)
    var uses: [String: Int] = [:]
    regularizers = reader.sections("regularizers", help: "penalties on redundancy").compactMap {
      RegularizerRecipe($0, registry) { name in
        uses[name, default: 0] += 1
        let use = uses[name, default: 1]
        return use == 1 ? name : "\(name)#\(use)"
      }
    }
    optimizer = OptimizerRecipe(
      reader.section("optimizer", help: "how parameters move"), rules: registry.rules)
    let scheduleReader = reader.section("schedule", help: "how the learning rate changes")
    schedule = RateSchedule(scheduleReader)
    let hasRetrieval = task == .retrieval || reader.isDescribing || reader.contains("retrieval")
    retrieval =
      hasRetrieval
      ? RetrievalRecipe(reader.section("retrieval", help: "what else of both towers is trained"))
      : RetrievalRecipe()
    regauge = reader.optionalInteger(
      "regauge", in: 1...1_000_000,
      help:
        "every so many steps linear adapters are re-factored without redundancy, their function "
        + "unchanged (our choice; docs/mathematics.md); never when absent")
    batchSize = reader.integer("batch_size", default: 64, in: 1...65_536, help: "images a step")
    dropLast = reader.boolean(
      "drop_last", default: false,
      help:
        "leave out the images of an epoch that do not fill a batch, others each time (petl-vit, "
        + "noah, ssf)")
    activationCache = reader.integer(
      "activation_cache", default: 1024, in: 0...1_048_576,
      help: "MiB of memory for activations before the first adapter; the rest in a file; 0 for none"
    )
    stages = reader.stages()
    selection = reader.choice(
      "selection", default: .last,
      help:
        "which epoch is kept: the last, or the best on the validation split; best-test, only to repeat "
        + "tables that chose so, marks every result as optimistic")
    hasControl = reader.boolean(
      "control", default: false,
      help: "train the stages that regularize a second time without, from the same start")
    resolved = ConfigurationNode(
      .mapping([]), span: SourceSpan(source: SourceText(name: "", text: ""), line: 1, column: 1))
    reader.reportContradictions(stages: stages, hasControl: hasControl)
    schedule.reportContradictions(scheduleReader)
    for stage in stages { schedule.checkLength(ofStage: stage, scheduleReader) }
    if let backbone, let data {
      reader.reportTaskContradictions(task, backboneReader, backbone, dataReader, data)
    }
    guard let backbone, let data else { return nil }
    self.backbone = backbone
    self.data = data
  }

  /// For each key the sections that know it, for the hint "belongs under".
  private static func sectionsOfKeys(_ registry: PluginRegistry) -> [String: [String]] {
    var sections: [String: [String]] = [:]
    func add(_ key: String, _ section: String) {
      if sections[key]?.contains(section) != true { sections[key, default: []].append(section) }
    }
    for descriptor in descriptors(registry) {
      let parts = descriptor.name.split(separator: ".")
      guard let key = parts.last, parts.count <= 2 else { continue }
      let section = parts.dropLast().joined().replacing("[]", with: "")
      add(String(key), section.isEmpty ? "the top of the recipe" : section)
    }
    for key in ["type", "sites", "layers", "towers"] { add(key, "adapter") }
    for key in ["type", "weight"] { add(key, "regularizers") }
    for option in registry.adapters.flatMap(\.options) { add(option.name, "adapter") }
    for option in registry.regularizers.flatMap(\.options) { add(option.name, "regularizers") }
    for option in registry.optimizers.flatMap(\.options) { add(option.name, "optimizer") }
    sections["type"] = nil
    return sections
  }
}
