import Answers
import ArgumentParser
import Backbones
import Checkpoints
import Networks
import PETL
import Recipes
import Reports
import Training

/// `petl bench`.
struct BenchCommand: PluginCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure training steps on random weights and images; only the time counts.",
    discussion: """
      Examples:
        petl bench --model tiny --batch 32 --adapter lora
        petl bench --images photographs
        petl bench --growth --along batch --along threads --figure growth.svg
      """)

  /// The networks that are measured.
  enum Network: String, CaseIterable, ExpressibleByArgument {
    case base
    case tiny
    case micro

    var configuration: ViTConfiguration {
      switch self {
      case .base: .base16
      case .tiny: .tiny16
      case .micro: .micro
      }
    }
  }

  @Option(help: "ViT-B/16, ViT-Ti/16 or vit-micro; tiny when absent.")
  var model: Network?

  @Option(help: "Blocks of the network; the model's own when absent.")
  var depth: Int?

  @Option(help: "Of the frozen weights: fp32, mixed for bfloat16, or int8; fp32 when absent.")
  var precision: FrozenPrecision?

  @Option(help: "Images a step; 32 when absent.")
  var batch: Int?

  @Option(help: "Steps that count, after two that do not, or rounds of --products; 5 when absent.")
  var steps: Int?

  @Option(help: "Threads that share the work; all when absent.")
  var threads: Int?

  @Option(help: "The adapter; none for the head alone; lora when absent.")
  var adapter: String?

  @Option(
    help: ArgumentHelp("A regularizer. Steps with and without it alternate.", valueName: "name"))
  var regularizer: String?

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp(
      "An option: adapter.rank=16, adapter.sites=[fc1], regularizer.weight=1.",
      valueName: "key=value"))
  var overrides: [String] = []

  @Flag(help: "Also steps with each regularizer, by each choice of its first option if it has any.")
  var allRegularizers = false

  @Flag(help: "Also steps with each adapter with default options.")
  var allAdapters = false

  @Flag(help: "Forward passes only.")
  var forwardOnly = false

  @Flag(help: "Instead of steps, products with frozen weights, by everything that can do them.")
  var products = false

  @Option(
    help: ArgumentHelp(
      "Instead of steps, decoding, resizing and normalising all images below a folder.",
      valueName: "folder"), completion: .directory)
  var images: String?

  @Option(help: "With --images: the side that images are resized to; 224 when absent.")
  var imageSize: Int?

  @Flag(
    help: "Instead of one step, how its time grows with each of its sizes, beside what is reckoned."
  )
  var growth = false

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "With --growth: one size, and may be given again; all when absent. Ranks are timed on vit-micro."
    ))
  var along: [GrowthAxis] = []

  @Option(help: "With --growth: how often every size is measured, in turn; 1 when absent.")
  var rounds: Int?

  @Option(
    help: ArgumentHelp("With --growth: an SVG file for the curves.", valueName: "file"),
    completion: .file(extensions: ["svg"]))
  var figure: String?

  @Flag(help: "Print one JSON object.")
  var json = false

  @OptionGroup(title: "Plugin files") var plugins: PluginArguments

  /// The network's sizes.
  private var sizes: ViTConfiguration {
    var sizes = (model ?? .tiny).configuration
    sizes.depth = depth ?? sizes.depth
    return sizes
  }

  private var frozen: FrozenPrecision { precision ?? .single }

  private var work: StepBenchmark.Work { forwardOnly ? .forward : .step }

  private var adapterName: String { adapter ?? "lora" }

  /// The adapter's name; nil for none.
  private var namedAdapter: String? { adapterName == "none" ? nil : adapterName }

  func run(with registry: PluginRegistry) throws {
    try Workers.with(count: threads) { try measure(registry) }
  }

  private func measureGrowth(_ registry: PluginRegistry) throws {
    if let figure { try checkTable(figure) }
    let isWholeStep = !forwardOnly && frozen == .single
    let axes = GrowthAxis.allCases.filter {
      along.isEmpty ? $0 != .ranks || isWholeStep : along.contains($0)
    }
    let growth = BenchGrowth(
      step: GrowthStep(
        sizes: sizes, batch: batch ?? 32, threads: Workers.count, overrides: overrides),
      model: (model ?? .tiny).rawValue, adapter: namedAdapter, precision: frozen,
      work: work, registry: registry, plugins: plugins.files, steps: steps ?? 5, rounds: rounds ?? 1
    )
    let curves = try growth.curves(axes)
    let report = GrowthReport(steps: steps ?? 5, rounds: rounds ?? 1, curves: curves)
    if json { try Terminal.printJSON(report) } else { Terminal.say(report.text) }
    if let figure { try writeAtomically(Array(curves.svg(title: "Growth").utf8), to: figure) }
  }

  private func measure(_ registry: PluginRegistry) throws {
    if let images { return try BenchImages.run(images, size: imageSize ?? 224, json: json) }
    if products { return try BenchProducts.run(rounds: steps ?? 5, json: json) }
    if growth { return try measureGrowth(registry) }
    let steps = steps ?? 5
    let recipe = try BenchmarkRecipe(
      adapter: namedAdapter, regularizer: regularizer,
      overrides: regularizer == nil && allRegularizers ? adapterOverrides : overrides,
      registry: registry)
    let others = try everyAdapter(registry)

    let network = try BenchNetwork(sizes, precision: frozen)
    func benchmark(_ adapter: AdapterRecipe?) throws -> StepBenchmark {
      try network.benchmark(adapter, batch: batch ?? 32, work: work)
    }
    let main = try benchmark(recipe.adapter)
    let named = recipe.regularizer.map { [($0.label, $0)] } ?? []
    // Of all that there are, those that need what is not here are left out.
    let penalties =
      try named
      + everyRegularizer(registry).filter { name, regularizer in
        guard let objection = main.objection(to: regularizer) else { return true }
        Terminal.complain("note: \(name) is not timed: \(objection)")
        return false
      }
    // Before OpenBLAS takes memory of its own for what is only measured.
    main.warmUp()
    let peak = Machine.measureProducts()
    let limit = Machine.measureFrozenProducts(precision: frozen)
    let measured = try main.measure(steps: steps, regularizers: penalties.map(\.1))
    let report = BenchReport(
      model: (model ?? .tiny).rawValue, depth: sizes.depth, precision: frozen.rawValue,
      adapter: adapterName,
      benchmark: main,
      measurement: measured, sgemmGigaflops: max(peak, Machine.measureProducts()),
      frozenGigaflops: max(limit, Machine.measureFrozenProducts(precision: frozen)),
      regularizers: penalties.map(\.0),
      adapters: try others.compactMap { name, other in
        do {
          let benchmark = try benchmark(other)
          let figures = try benchmark.measure(steps: steps)
          return BenchReport.AdapterFigures(name, benchmark, figures)
        } catch let error as DiagnosticError {
          // Its defaults are for other widths.
          Terminal.complain("note: \(name) is not timed: \(error.sentences)")
          return nil
        }
      },
      parts: try main.profile(steps: min(3, steps)))
    if json { return try Terminal.printJSON(report) }
    Terminal.say(report.text)
    if let hint = MachineReport.coreHint { Terminal.complain("note: \(hint)") }
  }

  /// The options without those of regularizers.
  private var adapterOverrides: [String] { overrides.filter { !$0.hasPrefix("regularizer.") } }

  /// Each registered regularizer, once for every choice of its first option.
  private func everyRegularizer(
    _ registry: PluginRegistry
  ) throws -> [(String, RegularizerRecipe)] {
    guard allRegularizers else { return [] }
    return try registry.regularizers.flatMap { plugin in
      let name = plugin.descriptor.name
      let first = plugin.options.first
      let settings = first.flatMap { option in
        option.choices.map { $0.map { "\(option.name)=\($0)" } }
      }
      return try (settings ?? [""]).compactMap { setting in
        let own = setting.isEmpty ? [] : ["regularizer.\(setting)"]
        let recipe = try BenchmarkRecipe(
          adapter: namedAdapter, regularizer: name,
          overrides: overrides + own, registry: registry)
        return recipe.regularizer.map { (setting.isEmpty ? name : "\(name) \(setting)", $0) }
      }
    }
  }

  private func everyAdapter(_ registry: PluginRegistry) throws -> [(String, AdapterRecipe?)] {
    guard allAdapters else { return [] }
    return try registry.adapters.map { plugin in
      let name = plugin.descriptor.name
      return (name, try BenchmarkRecipe(adapter: name, overrides: [], registry: registry).adapter)
    }
  }
}

extension FrozenPrecision: ExpressibleByArgument {}
