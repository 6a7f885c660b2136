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
  /// The paths of the plugin files that are loaded.
  let plugins: [String]
  /// Steps that count of each size, in each round.
  let steps: Int
  let rounds: Int

  /// A size, and what was found of it so far.
  private struct Measured {
    let size: Int
    /// nil of processes.
    let step: GrowthStep?
    var gigaflops: Double?
    var seconds: [Double] = []
    /// Whether it does not go with the adapter or the machine.
    var isOut = false

    init(_ step: GrowthStep) { (size, self.step) = (step.size, step) }
    init(processes: Int) { (size, step) = (processes, nil) }
  }

  /// Measures every size once a round, so that a machine whose speed drifts favours none.
  ///
  /// - Parameter axes: what is varied.
  /// - Returns: a curve for each that can be varied with this adapter on this machine; notes say what cannot.
  /// - Throws: `DiagnosticError` when the step itself cannot be measured, or nothing of it can be varied.
  func curves(_ axes: [GrowthAxis]) throws -> [GrowthCurve] {
    let network = try BenchNetwork(step.sizes, precision: precision)
    // What is wrong with the step is wrong with all sizes.
    _ = try benchmark(step, network)
    let ranks =
      axes.contains(.ranks) ? RankGrowth(adapter: adapter, step: step, plugins: plugins) : nil
    var tracks = axes.map { axis in
      let found =
        axis == .ranks
        ? (ranks?.counts ?? []).map { Measured(processes: $0) }
        : sizes(of: axis).map { Measured($0) }
      return (axis: axis, sizes: found)
    }
    for round in 1...rounds {
      for track in tracks.indices {
        for place in tracks[track].sizes.indices where !tracks[track].sizes[place].isOut {
          let axis = tracks[track].axis
          do {
            let found = try measure(tracks[track].sizes[place], network, ranks)
            tracks[track].sizes[place].gigaflops = found.gigaflops
            tracks[track].sizes[place].seconds.append(found.seconds)
            tell(round, axis, tracks[track].sizes[place].size, found.seconds)
          } catch let error as DiagnosticError {
            let size = tracks[track].sizes[place].size
            Terminal.complain(
              "note: \(axis.rawValue) \(size) is not measured: \(error.sentences)")
            // What is too large for the adapter is so for all that is larger.
            let last = axis.risesToALimit ? tracks[track].sizes.count - 1 : place
            for place in place...last { tracks[track].sizes[place].isOut = true }
          }
        }
      }
    }
    let curves = tracks.compactMap { axis, sizes in
      curve(axis, sizes.filter { !$0.isOut }, axis == .ranks ? RankGrowth.words : words)
    }
    guard !curves.isEmpty else {
      throw DiagnosticError(
        "nothing of this step can be varied", hints: ["the notes above say why"])
    }
    return curves
  }

  /// What curves of steps in this process are measured on.
  private var words: String {
    "\(model) of depth \(step.sizes.depth), \(precision.rawValue), \(adapter ?? "the head alone"), "
      + "\(step.batch) images of \(step.sizes.imageSize) px a step, "
      + (step.threads == 1 ? "one thread" : "\(step.threads) threads") + ", but for what is varied"
  }

  /// The sizes of an axis; none of what only an adapter has, where there is none.
  private func sizes(of axis: GrowthAxis) -> [GrowthStep] {
    if adapter == nil, axis == .rank || axis == .sites {
      Terminal.complain("note: \(axis.rawValue) is not measured: there is no adapter")
      return []
    }
    return axis.steps(around: step, threads: step.threads)
  }

  private func benchmark(_ size: GrowthStep, _ network: BenchNetwork) throws -> StepBenchmark {
    let recipe = try BenchmarkRecipe(
      adapter: adapter, overrides: size.overrides, registry: registry)
    return try network.benchmark(recipe.adapter, batch: size.batch, work: work)
  }

  /// Seconds and 10⁹ operations of a step.
  private func measure(
    _ size: Measured, _ network: BenchNetwork, _ ranks: RankGrowth?
  ) throws -> (seconds: Double, gigaflops: Double?) {
    guard let step = size.step else { return (try ranks?.measure(size.size) ?? .nan, nil) }
    let own =
      step.sizes == network.sizes ? network : try BenchNetwork(step.sizes, precision: precision)
    return try Workers.with(count: step.threads) {
      let benchmark = try benchmark(step, own)
      let operations = benchmark.operations + benchmark.adapterOperations
      return (try benchmark.measure(steps: steps).seconds, Double(operations) / 1e9)
    }
  }

  /// The curve through at least two sizes.
  private func curve(_ axis: GrowthAxis, _ found: [Measured], _ words: String) -> GrowthCurve? {
    guard found.count > 1 else {
      if found.count == 1 {
        Terminal.complain("note: \(axis.rawValue) has one size here, so that nothing grows")
      }
      return nil
    }
    let points = found.map { measured in
      let ratios = zip(measured.seconds, found[0].seconds).map { $0 / $1 }
      let reckoned =
        axis.sharesWork
        ? Double(found[0].size) / Double(measured.size)
        : (measured.gigaflops ?? 1) / (found[0].gigaflops ?? 1)
      return GrowthCurve.Point(
        size: measured.size, gigaflops: measured.gigaflops, seconds: median(measured.seconds),
        measured: median(ratios), reckoned: reckoned)
    }
    return GrowthCurve(axis: axis.rawValue, unit: axis.unit, work: words, points: points)
  }

  private func tell(_ round: Int, _ axis: GrowthAxis, _ size: Int, _ seconds: Double) {
    let start = rounds > 1 ? "round \(round) of \(rounds), " : ""
    Terminal.tell("\(start)\(axis.rawValue) \(size): \(fixed(seconds * 1e3, 1)) ms")
  }
}
