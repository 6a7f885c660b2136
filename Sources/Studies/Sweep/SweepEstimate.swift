import PETL
import Recipes
import Training

/// How long the unfinished runs of a sweep will take on this machine, as it is now: the first steps of each
/// kind of stage are trained and timed, and what runs have in common counts once.
///
/// An estimate: the first epoch of a stage may be slower than others (caches), and jobs side by side share the
/// memory.
public struct SweepEstimate {
  /// Seconds of wall time.
  public let seconds: Double
  /// How many kinds of stages were timed.
  public let kinds: Int
  /// The kinds that could not be timed, and why.
  public let failures: [String]

  /// Times a sweep.
  ///
  /// - Parameters:
  ///   - waiting: the recipes of the runs that are to be trained, in order.
  ///   - jobs: runs side by side; they share the threads.
  ///   - willTime: is told which kind of how many is timed next.
  public init(_ waiting: [Recipe], jobs: Int, willTime: (Int, Int) -> Void = { _, _ in }) {
    let side = max(1, min(jobs, waiting.count))
    let threads = max(1, Workers.count / side)
    var seen: Set<String> = []
    // The epochs of the stages that each run trains itself, by kind.
    let runs = waiting.map { recipe in
      recipe.legs.compactMap { leg -> (kind: String, epochs: Int, recipe: Recipe)? in
        guard seen.insert(recipe.identity(of: leg)).inserted else { return nil }
        let alone = recipe.alone(leg, threads: threads)
        let kind = "\(leg.regularizes)\n\(recipe.stepDecisions(regularized: leg.regularizes))"
        return (kind, recipe.stages[leg.stage].epochs, alone)
      }
    }
    let legs = runs.flatMap(\.self)
    var order: [String] = []
    var examples: [String: Recipe] = [:]
    for leg in legs where examples[leg.kind] == nil {
      order.append(leg.kind)
      examples[leg.kind] = leg.recipe
    }
    var (timings, failures): ([String: LegTiming], [String]) = ([:], [])
    for (index, kind) in order.enumerated() {
      willTime(index + 1, order.count)
      guard let example = examples[kind] else { continue }
      do {
        timings[kind] = try LegTiming(example)
      } catch {
        failures.append((error as? DiagnosticError)?.sentences ?? "\(error)")
      }
    }
    let seconds = runs.map { legs in
      let found = legs.compactMap { leg in timings[leg.kind].map { ($0, leg.epochs) } }
      return (found.first?.0.preparation ?? 0)
        + found.reduce(0) { $0 + $1.0.seconds(epochs: $1.1) }
    }
    self.seconds = max(seconds.max() ?? 0, seconds.reduce(0, +) / Double(side))
    kinds = order.count
    self.failures = failures
  }
}

extension Recipe {
  /// What decides a stage and all before it: runs that agree in it train it once.
  fileprivate func identity(of leg: Leg) -> String {
    let regularized = !leg.title.isControl && stages[...leg.stage].contains(where: \.regularizes)
    return """
      \(backbone.weights) \(data.path ?? "") \(leg.title) \(threads ?? 0)
      \(decisions(throughStage: leg.stage, regularized: regularized))
      """
  }

  /// One stage of it, by itself.
  fileprivate func alone(_ leg: Leg, threads: Int) -> Recipe {
    var recipe = self
    recipe.stages = [stages[leg.stage]]
    recipe.stages[0].regularizes = leg.regularizes
    if !leg.regularizes { recipe.regularizers = [] }
    recipe.hasControl = false
    recipe.threads = self.threads ?? threads
    return recipe
  }
}
