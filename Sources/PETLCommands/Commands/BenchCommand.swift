import ArgumentParser
import Backbones
import PETL
import Training

/// `petl bench`.
struct BenchCommand: RegistryCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure training steps on random weights and images; only the time counts.")

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

  @Option(help: "ViT-B/16, ViT-Ti/16 or vit-micro.")
  var model = Network.tiny

  @Option(help: "Images a step.")
  var batch = 32

  @Option(help: "Steps that count, after two that do not.")
  var steps = 5

  @Option(help: "The adapter, at query and value, with default options; none for the head alone.")
  var adapter = "lora"

  @Option(
    help: ArgumentHelp(
      "A regularizer with default options. Steps with and without it then alternate.",
      valueName: "name"))
  var regularizer: String?

  @Flag(help: "Forward passes only.")
  var forwardOnly = false

  @Flag(help: "Only products with frozen weights, by everything that can multiply them.")
  var products = false

  @Flag(help: "Print one JSON object.")
  var json = false

  private struct Report: Encodable {
    let model: String
    let batch: Int
    let threads: Int
    let blasCore: String
    let seconds: Double
    let imagesPerSecond: Double
    let secondsWithRegularizer: Double?
    let regularizerCost: Double?
    let peakTensorMegabytes: Int
    let systemAllocationsPerStep: Double
  }

  func validate() throws {
    guard batch > 0, steps > 0 else { throw ValidationError("--batch and --steps are at least 1.") }
  }

  func run(with registry: PluginRegistry) throws {
    if products { return try BenchProducts.run(rounds: steps, json: json) }
    let generator = RandomGenerator(seed: 0)
    let backbone = ViT(frozenRandom: model.configuration, generator: generator)
    let trainer = try StepBenchmark(
      backbone: backbone, adapters: adapters(registry, backbone, generator), classes: 100,
      batch: batch, generator: generator)
    let penalty = try regularizer.map {
      try registry.regularizer(named: $0).read(OptionReader(describing: "regularizers"))()
    }
    let result = trainer.measure(steps: steps, regularizer: penalty, forwardOnly: forwardOnly)
    let report = Report(
      model: model.rawValue, batch: batch, threads: Workers.count, blasCore: Machine.blasCore,
      seconds: result.seconds, imagesPerSecond: Double(batch) / result.seconds,
      secondsWithRegularizer: result.secondsWithRegularizer, regularizerCost: result.cost,
      peakTensorMegabytes: BufferPool.statistics.peakBytesInUse >> 20,
      systemAllocationsPerStep: result.systemAllocations)
    if json { return try Terminal.printJSON(report) }
    print(
      "\(model.rawValue), batch \(batch), \(report.threads) threads, \(report.blasCore): "
        + "\(fixed(report.imagesPerSecond, 1)) images/s, \(fixed(report.seconds * 1e3, 1)) ms a "
        + (forwardOnly ? "forward pass" : "step")
        + (result.cost.map { ", \(regularizer ?? "") costs \(percent($0))" } ?? "")
        + ", peak \(report.peakTensorMegabytes) MB of tensors")
    if let hint = MachineReport.coreHint { Terminal.complain("note: \(hint)") }
  }

  private func adapters(
    _ registry: PluginRegistry, _ backbone: ViT, _ generator: RandomGenerator
  ) throws -> AdapterSet {
    if adapter == "none" { return .none }
    let plugin = try registry.adapter(named: adapter)
    let usual: Set<AdaptationSite.Kind> = [.query, .value]
    let kinds = plugin.supportedSites.isSuperset(of: usual) ? usual : plugin.supportedSites
    return try AdapterSet(
      sites: backbone.sites.filter { kinds.contains($0.kind) }, placement: plugin.placement,
      generator: generator, make: plugin.read(OptionReader(describing: "adapter")))
  }
}
