import Answers
import Backbones
import Networks
import PETL
import Recipes
import Reports
import Training

/// `petl bench --growth`: how the time of a step grows with its sizes, beside what is reckoned.
struct BenchGrowth {
  /// What was asked for.
  let step: GrowthStep
  let model: String
  let adapter: String?
  let precision: FrozenPrecision
  let work: StepBenchmark.Work
  let registry: PluginRegistry
  /// Steps that count of each size, in each round.
  let steps: Int
  let rounds: Int

  /// A size once it was measured.
  private struct Measured {
    var gigaflops: Double?
    var seconds: [Double] = []
  }

  /// Measures every size once a round, so that a machine whose speed drifts favours none.
  ///
  /// - Parameter axes: what is varied.
  /// - Returns: a curve for each that can be varied with this adapter on this machine.
  /// - Throws: `DiagnosticError` when the step itself cannot be measured.
  func curves(_ axes: [GrowthAxis]) throws -> [GrowthCurve] {
    let network = try BenchNetwork(step.sizes, precision: precision)
    // What is wrong with the step is wrong with all sizes.
    _ = try benchmark(step, network)
    var plan = axes.compactMap { axis in axis == .ranks ? nil : (axis, sizes(of: axis, network)) }
    plan.removeAll { $0.1.isEmpty }
    var found = plan.map { $0.1.map { _ in Measured() } }
    let processes = axes.contains(.ranks) ? RankGrowth(adapter: adapter, step: step) : nil
    var shares = processes?.counts.map { _ in Measured() } ?? []
    for round in 1...rounds {
      for (index, (axis, sizes)) in plan.enumerated() {
        for (place, size) in sizes.enumerated() {
          let (seconds, operations) = try measure(size, network)
          found[index][place].gigaflops = operations
          found[index][place].seconds.append(seconds)
          tell(round, axis, size.size, seconds)
        }
      }
      for (place, count) in (processes?.counts ?? []).enumerated() {
        guard let seconds = try processes?.measure(count) else { break }
        shares[place].seconds.append(seconds)
        tell(round, .ranks, count, seconds)
      }
    }
    var curves = zip(plan, found).map { curve($0.0, $0.1.map(\.size), $1, words) }
    if let processes, shares.allSatisfy({ $0.seconds.count == rounds }), !shares.isEmpty {
      curves.append(curve(.ranks, processes.counts, shares, RankGrowth.words))
    }
    guard !curves.isEmpty else {
      throw DiagnosticError(
        "nothing of this step can be varied", hints: ["the notes above say why, each for one size"])
    }
    return curves
  }

  /// What curves of steps in this process are measured on.
  private var words: String {
    "\(model) of depth \(step.sizes.depth), \(precision.rawValue), \(adapter ?? "the head alone"), "
      + "\(step.batch) images of \(step.sizes.imageSize) px a step, "
      + (step.threads == 1 ? "one thread" : "\(step.threads) threads") + ", but for what is varied"
  }

  /// The sizes of an axis that go with the adapter; those that do not are noted.
  private func sizes(of axis: GrowthAxis, _ network: BenchNetwork) -> [GrowthStep] {
    if adapter == nil, axis == .rank || axis == .sites {
      Terminal.complain("note: \(axis.rawValue) is not measured: there is no adapter")
      return []
    }
    var found: [GrowthStep] = []
    for size in axis.steps(around: step, threads: step.threads) {
      do {
        if axis == .rank || axis == .sites { _ = try benchmark(size, network) }
        found.append(size)
      } catch {
        let reason = (error as? DiagnosticError)?.sentences ?? "\(error)"
        Terminal.complain("note: \(axis.rawValue) \(size.size) is not measured: \(reason)")
        break
      }
    }
    if found.count == 1 {
      Terminal.complain("note: \(axis.rawValue) has one size here, so that nothing grows")
    }
    return found.count > 1 ? found : []
  }

  private func benchmark(_ size: GrowthStep, _ network: BenchNetwork) throws -> StepBenchmark {
    let recipe = try BenchmarkRecipe(
      adapter: adapter, overrides: size.overrides, registry: registry)
    return try network.benchmark(recipe.adapter, batch: size.batch, work: work)
  }

  /// Seconds and 10⁹ operations of a step.
  private func measure(
    _ size: GrowthStep, _ network: BenchNetwork
  ) throws -> (seconds: Double, gigaflops: Double) {
    let own =
      size.sizes == network.sizes ? network : try BenchNetwork(size.sizes, precision: precision)
    return try Workers.with(count: size.threads) {
      let benchmark = try benchmark(size, own)
      let operations = benchmark.operations + benchmark.adapterOperations
      return (try benchmark.measure(steps: steps).seconds, Double(operations) / 1e9)
    }
  }

  private func curve(
    _ axis: GrowthAxis, _ sizes: [Int], _ found: [Measured], _ words: String
  ) -> GrowthCurve {
    let points = zip(sizes, found).map { size, measured in
      let ratios = zip(measured.seconds, found[0].seconds).map { $0 / $1 }
      let reckoned =
        axis.sharesWork
        ? Double(sizes[0]) / Double(size)
        : (measured.gigaflops ?? 1) / (found[0].gigaflops ?? 1)
      return GrowthCurve.Point(
        size: size, gigaflops: measured.gigaflops, seconds: median(measured.seconds),
        measured: median(ratios), reckoned: reckoned)
    }
    return GrowthCurve(axis: axis.rawValue, unit: axis.unit, work: words, points: points)
  }

  private func tell(_ round: Int, _ axis: GrowthAxis, _ size: Int, _ seconds: Double) {
    let start = rounds > 1 ? "round \(round) of \(rounds), " : ""
    Terminal.tell("\(start)\(axis.rawValue) \(size): \(fixed(seconds * 1e3, 1)) ms")
  }
}
