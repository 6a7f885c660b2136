import Answers
import Foundation
import PETL
import Training

/// What `petl bench` measured; docs/benchmarks.md describes every field.
struct BenchReport: Encodable {
  /// Steps with one regularizer.
  struct RegularizerFigures: Encodable {
    let name: String
    let seconds: Double
    let cost: Double
  }

  /// Steps with another adapter.
  struct AdapterFigures: Encodable {
    let name: String
    let parameters: Int
    let seconds: Double
    let imagesPerSecond: Double

    init(_ name: String, _ benchmark: StepBenchmark, _ figures: StepMeasurement) {
      self.name = name
      parameters = benchmark.adapterParameterCount
      seconds = figures.seconds
      imagesPerSecond = Double(benchmark.batch) / figures.seconds
    }
  }

  /// A kernel in a part of a step: means over steps.
  struct Operation: Encodable {
    let name: String
    let calls: Double
    let sharedCalls: Double
    let seconds: Double
    let busySeconds: Double
  }

  /// A part of a step: means over steps.
  struct Part: Encodable {
    let name: String
    let seconds: Double
    let otherSeconds: Double
    let operations: [Operation]

    init(_ part: StepPart) {
      let steps = Double(part.steps)
      name = part.name
      seconds = part.seconds
      operations = part.records.map { record in
        Operation(
          name: record.name, calls: Double(record.calls) / steps,
          sharedCalls: Double(record.sharedCalls) / steps, seconds: record.seconds / steps,
          busySeconds: record.busySeconds / steps)
      }
      otherSeconds = max(0, seconds - operations.reduce(0) { $0 + $1.seconds })
    }
  }

  let model: String
  let depth: Int
  let precision: String
  let frozenProducts = FrozenProducts.selected.rawValue
  let batch: Int
  let work: String
  let adapter: String
  let adapterParameters: Int
  let threads = Workers.count
  let kernels = Machine.kernels
  let blasCore = Machine.blasCore
  let seconds: Double
  let imagesPerSecond: Double
  let gigaflops: Double
  let adapterGigaflops: Double
  let gigaflopsPerSecond: Double
  let sgemmGigaflops: Double
  let shareOfPeak: Double
  let frozenGigaflops: Double
  let shareOfFrozen: Double
  let peakTensorMegabytes: Int
  let peakResidentMegabytes: Int?
  let systemAllocationsPerStep: Double
  let pageFaultsPerStep: Double
  let idleShare: Double
  let sharingMicroseconds = Machine.measureSharing() * 1e6
  let regularizers: [RegularizerFigures]
  let adapters: [AdapterFigures]
  let parts: [Part]

  init(
    model: String, depth: Int, precision: String, adapter: String, benchmark: StepBenchmark,
    measurement: StepMeasurement, sgemmGigaflops: Double, frozenGigaflops: Double,
    regularizers: [String],
    adapters: [AdapterFigures], parts: [StepPart]
  ) {
    self.model = model
    self.depth = depth
    self.precision = precision
    self.adapter = adapter
    self.sgemmGigaflops = sgemmGigaflops
    self.frozenGigaflops = frozenGigaflops
    self.adapters = adapters
    batch = benchmark.batch
    work = benchmark.work.rawValue
    adapterParameters = benchmark.adapterParameterCount
    seconds = measurement.seconds
    imagesPerSecond = Double(benchmark.batch) / measurement.seconds
    gigaflops = Double(benchmark.operations) / 1e9
    adapterGigaflops = Double(benchmark.adapterOperations) / 1e9
    gigaflopsPerSecond = gigaflops / seconds
    shareOfPeak = gigaflopsPerSecond / sgemmGigaflops
    shareOfFrozen = gigaflopsPerSecond / frozenGigaflops
    peakTensorMegabytes = measurement.peakTensorBytes >> 20
    peakResidentMegabytes = measurement.peakResidentBytes.map { $0 >> 20 }
    systemAllocationsPerStep = measurement.systemAllocations
    pageFaultsPerStep = measurement.pageFaults
    self.regularizers = zip(regularizers, measurement.penalized).map { name, figures in
      RegularizerFigures(name: name, seconds: figures.seconds, cost: figures.cost)
    }
    self.parts = parts.map { Part($0) }
    // Outside of the kernels only the calling thread works.
    let busy = self.parts.reduce(0) { sum, part in
      sum + part.otherSeconds + part.operations.reduce(0) { $0 + $1.busySeconds }
    }
    let available = Double(Workers.count) * self.parts.reduce(0) { $0 + $1.seconds }
    idleShare = max(0, 1 - busy / available)
  }
}
