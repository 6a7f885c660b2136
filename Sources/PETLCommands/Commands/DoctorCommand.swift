import ArgumentParser
import Foundation
import Networks
import PETL
import PluginFiles
import Ranks
import Recipes

/// `petl doctor`.
struct DoctorCommand: PluginCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Show the CPU, the kernels and threads in use, and the measured speed.",
    discussion: """
      Example:
        petl doctor --json
      """)

  @Flag(help: "Print one JSON object.")
  var json = false

  @OptionGroup(title: "Plugin files") var plugins: PluginArguments

  static var joinsRanks: Bool { true }

  func run(with registry: PluginRegistry) throws {
    let ranks = try Launch.ranks(patience: 60)
    let report = MachineReport()
    let bindings = try ranks.gathered(Array(MachineReport.binding.utf8)).map {
      String(decoding: $0, as: UTF8.self)
    }
    if json { return try Terminal.printJSON(report) }
    Terminal.say("petl           \(report.petl)")
    Terminal.say("CPU            \(report.cpu), \(report.cpus) visible")
    Terminal.say("threads        \(report.threads)")
    Terminal.say("kernels        \(report.kernels)")
    Terminal.say("OpenBLAS       \(report.blas)")
    Terminal.say(
      "  its kernels  \(report.blasCore)"
        + (report.isBLASSwitched ? " (switched by petl: the library did not know this CPU)" : ""))
    Terminal.say("  products     \(fixed(report.gigaflops, 0)) GFLOP/s in fp32 (1576 × 768 × 768)")
    Terminal.say("frozen maps    \(fixed(report.frozenGigaflops, 0)) GFLOP/s by petl's own kernels")
    Terminal.say(
      "  mixed        \(fixed(report.mixedGigaflops, 0)) GFLOP/s in bfloat16"
        + (Machine.hasBFloat16 ? "" : " (this CPU has no instructions for it)"))
    Terminal.say(
      "  int8         \(fixed(report.int8Gigaops, 0)) billion operations a second in 8 bits"
        + (Machine.hasInt8 ? "" : " (this CPU has no instructions for it)"))
    Terminal.say("oneDNN         \(report.oneDNN ?? MachineReport.oneDNNHint)")
    Terminal.say("  products     by \(report.frozenProducts) where weights are frozen")
    Terminal.say("MPI            \(report.mpi ?? MachineReport.mpiHint)")
    if !ranks.isAlone {
      Terminal.say("  ranks        \(ranks.description)")
      for (rank, binding) in bindings.enumerated() {
        Terminal.say("  rank \(rank)       \(binding)")
      }
    }
    Terminal.say(
      "plugins        \(registry.adapters.count) adapters, "
        + "\(registry.regularizers.count) regularizers")
    Terminal.say("plugin files   \(report.pluginFiles)")
    if let load = report.load, load > 0.25 * Double(report.cpus) {
      Terminal.say(
        "note: other processes were at work: \(fixed(load, 1)) wanted one of \(report.cpus) CPUs in the last minute; "
          + "the speeds above may be too low")
    }
    for hint in [MachineReport.coreHint, MachineReport.productsHint, report.mixedHint].compactMap(
      \.self)
    {
      Terminal.say("note: \(hint)")
    }
  }
}

/// What the machine offers and what is used of it.
struct MachineReport: Encodable {
  let petl = programVersion
  let cpu: String
  let cpus = ProcessInfo.processInfo.activeProcessorCount
  let threads = Workers.count
  let kernels = Machine.kernels
  let blas = Machine.blas
  let blasCore = Machine.blasCore
  let isBLASSwitched = Machine.isBLASSwitched
  /// How many processes wanted a CPU in the last minute, before speeds were measured; nil where it is not known.
  let load = MachineReport.loadAverage
  let gigaflops = Machine.measureProducts()
  let frozenGigaflops = Machine.measureFrozenProducts()
  let mixedGigaflops = Machine.measureFrozenProducts(precision: .mixed)
  let int8Gigaops = Machine.measureFrozenProducts(precision: .int8)
  let frozenProducts = FrozenProducts.selected.rawValue
  /// The MPI library; nil where it is not built in.
  let mpi = Launch.library
  /// The compiler of plugin files, or what is missing for them.
  let pluginFiles = PluginCompiler.report
  /// Version and instruction set of oneDNN; nil where it is not built in.
  let oneDNN = FrozenProducts.oneDNNVersion.map {
    "\($0), \(FrozenProducts.oneDNNInstructions), built in"
  }

  init() {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    cpu =
      line?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown"
  }

  /// The first number of `/proc/loadavg`.
  private static var loadAverage: Double? {
    (try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8))?
      .split(separator: " ").first.flatMap { Double($0) }
  }

  /// What to say when the environment holds OpenBLAS to slower kernels than the CPU has.
  static var coreHint: String? {
    let core = ProcessInfo.processInfo.environment["OPENBLAS_CORETYPE"]
    return core.flatMap { coreHint(core: $0, kernels: Machine.kernels) }
  }

  /// What to say of weights in bfloat16 where the CPU has no instructions for their products.
  static func precisionHint(_ recipe: Recipe) -> String? {
    guard recipe.backbone.precision == .mixed, !Machine.hasBFloat16 else { return nil }
    return "this CPU has no instructions for products in bfloat16: 'precision: mixed' takes less "
      + "memory here, and more time than fp32 (petl doctor)"
  }

  /// What to say where products in bfloat16 take longer than others, instructions or not.
  var mixedHint: String? {
    guard mixedGigaflops < 0.9 * frozenGigaflops else { return nil }
    return
      "products in bfloat16 are slower than in fp32 on this CPU: 'precision: mixed' takes less "
      + "memory here, and more time"
  }

  /// What to say of a setting of OpenBLAS on a CPU with these kernels.
  static func coreHint(core: String, kernels: String) -> String? {
    guard kernels.hasPrefix("avx512"),
      !["SkylakeX", "Cooperlake", "SapphireRapids"].contains(core)
    else { return nil }
    return "OPENBLAS_CORETYPE=\(core) in the environment keeps OpenBLAS from its AVX-512 kernels; "
      + "unset it for faster products"
  }

  /// Where this process may run: the starter of ranks decides, petl leaves it so.
  static var binding: String {
    let process = ProcessInfo.processInfo
    let (own, all) = (process.activeProcessorCount, process.processorCount)
    return "\(process.hostName), "
      + (own == all ? "not bound (\(all) CPUs)" : "bound to \(own) of \(all) CPUs")
  }

  /// How to get MPI.
  static let mpiHint =
    "not built in; for it: apt install libopenmpi-dev openmpi-bin, then swift build --traits MPI"

  /// How to get oneDNN.
  static let oneDNNHint =
    "not built in; for it: apt install libdnnl-dev, then swift build --traits OneDNN"

  /// What to say when the environment asks for products that are not there.
  static var productsHint: String? {
    guard let wanted = FrozenProducts.wanted, wanted != FrozenProducts.selected.rawValue
    else { return nil }
    if FrozenProducts(rawValue: wanted) != nil {
      return "PETL_PRODUCTS=\(wanted), but this petl is built without it"
    }
    let known = FrozenProducts.allCases.map(\.rawValue).joined(separator: ", ")
    return "PETL_PRODUCTS=\(wanted) is none of \(known) and is not followed"
  }
}
