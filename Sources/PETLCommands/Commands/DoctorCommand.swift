import ArgumentParser
import Foundation
import PETL

/// `petl doctor`.
struct DoctorCommand: RegistryCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Show the CPU, the kernels and threads in use, and the measured speed.")

  @Flag(help: "Print one JSON object.")
  var json = false

  func run(with registry: PluginRegistry) throws {
    let report = MachineReport()
    if json { return try Terminal.printJSON(report) }
    print("petl           \(report.petl)")
    print("CPU            \(report.cpu), \(report.cpus) visible")
    print("threads        \(report.threads)")
    print("kernels        \(report.kernels)")
    print("OpenBLAS       \(report.blas)")
    print(
      "  its kernels  \(report.blasCore)"
        + (report.isBLASSwitched ? " (switched by petl: the library did not know this CPU)" : ""))
    print("  products     \(fixed(report.gigaflops, 0)) GFLOP/s in fp32 (1576 × 768 × 768)")
    print("frozen maps    \(fixed(report.frozenGigaflops, 0)) GFLOP/s by petl's own kernels")
    print(
      "plugins        \(registry.adapters.count) adapters, "
        + "\(registry.regularizers.count) regularizers")
    if let hint = MachineReport.coreHint { print("note: \(hint)") }
  }
}

/// What the machine offers and what is used of it.
struct MachineReport: Encodable {
  let petl = PETLTool.version
  let cpu: String
  let cpus = ProcessInfo.processInfo.activeProcessorCount
  let threads = Workers.count
  let kernels = Machine.kernels
  let blas = Machine.blas
  let blasCore = Machine.blasCore
  let isBLASSwitched = Machine.isBLASSwitched
  let gigaflops = Machine.measureProducts()
  let frozenGigaflops = Machine.measureFrozenProducts()

  init() {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    cpu =
      line?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown"
  }

  /// What to say when the environment holds OpenBLAS to slower kernels than the CPU has.
  static var coreHint: String? {
    guard Machine.kernels == "avx512",
      let core = ProcessInfo.processInfo.environment["OPENBLAS_CORETYPE"],
      !["SkylakeX", "Cooperlake", "SapphireRapids"].contains(core)
    else { return nil }
    return "OPENBLAS_CORETYPE=\(core) in the environment keeps OpenBLAS from its AVX-512 kernels; "
      + "unset it for faster products"
  }
}
