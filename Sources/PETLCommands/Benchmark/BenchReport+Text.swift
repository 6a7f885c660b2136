import Networks
import PETL

extension BenchReport {
  /// The report for people.
  var text: String {
    let what = work == "step" ? "a step" : "a forward pass"
    let resident = peakResidentMegabytes.map { ", \($0) MB of the process" } ?? ""
    let lines = [
      "\(model) of depth \(depth), \(precision), batch \(batch), \(adapter), \(threads) threads, "
        + "\(kernels) kernels, OpenBLAS for \(blasCore)",
      "speed   \(fixed(imagesPerSecond, 1)) images/s, \(fixed(seconds * 1e3, 1)) ms \(what)",
      "peak    \(percent(shareOfPeak)) of sgemm: \(fixed(gigaflopsPerSecond, 0)) of "
        + "\(fixed(sgemmGigaflops, 0)) GFLOP/s (\(fixed(gigaflops, 1)) GFLOP \(what), "
        + "\(fixed(adapterGigaflops, 1)) more in the adapters)",
      "limit   \(percent(shareOfFrozen)) of petl's products with frozen weights in \(precision): "
        + "\(fixed(frozenGigaflops, 0)) billion operations a second",
      "memory  peak \(peakTensorMegabytes) MB of tensors\(resident); "
        + "\(fixed(systemAllocationsPerStep, 1)) allocations and "
        + "\(fixed(pageFaultsPerStep, 0)) page faults a warm step",
      "threads idle \(percent(idleShare)) of the time; "
        + "\(fixed(sharingMicroseconds, 1)) µs to share work",
    ]
    return ([lines.joined(separator: "\n"), operationTable] + otherTables).joined(
      separator: "\n\n")
  }

  private var otherTables: [String] {
    var tables: [String] = []
    if !regularizers.isEmpty {
      let rows = regularizers.map { [$0.name, fixed($0.seconds * 1e3, 1), percent($0.cost)] }
      tables.append(Terminal.table(["with regularizer", "ms", "cost"], rows))
    }
    if !adapters.isEmpty {
      let rows = adapters.map {
        [
          "\($0.name)", "\($0.parameters)", fixed($0.seconds * 1e3, 1),
          fixed($0.imagesPerSecond, 1),
        ]
      }
      tables.append(Terminal.table(["adapter", "parameters", "ms", "images/s"], rows))
    }
    return tables
  }

  /// Kernels by the time they take in a step, all parts together.
  private var operationTable: String {
    let total = parts.reduce(0) { $0 + $1.seconds }
    var names: [String] = []
    for operation in parts.flatMap(\.operations) where !names.contains(operation.name) {
      names.append(operation.name)
    }
    func row(_ name: String, _ calls: String, _ seconds: [Double]) -> (Double, [String]) {
      let sum = seconds.reduce(0, +)
      return (
        sum, [name, calls] + seconds.map { fixed($0 * 1e3, 2) } + [percent(sum / total)]
      )
    }
    let rows = names.map { name in
      let own = parts.map { part in part.operations.filter { $0.name == name } }
      let calls = own.joined().reduce(0) { $0 + $1.calls }
      return row(name, fixed(calls, 0), own.map { $0.reduce(0) { $0 + $1.seconds } })
    }
    let sorted = rows.sorted { $0.0 > $1.0 } + [row("other", "", parts.map(\.otherSeconds))]
    return Terminal.table(
      ["operation", "calls"] + parts.map { "\($0.name) ms" } + ["share"], sorted.map(\.1))
  }
}
