import PETL
import Recipes

/// A part of a step with the kernels that ran in it: means over steps.
public struct StepPart: Sendable {
  /// `forward`, `backward` or `optimizer`.
  public let name: String
  /// Seconds of the part in a step.
  public let seconds: Double
  /// The kernels of all steps that were recorded, the longest first; divide by `steps`.
  package let records: [Profile.Record]
  /// How many steps were recorded.
  public let steps: Int
}

extension StepBenchmark {
  /// Runs one step that does not count, and records the kernels of several.
  ///
  /// - Parameters:
  ///   - steps: how many are recorded.
  ///   - regularizer: what the steps are penalised with.
  /// - Returns: the parts in their order.
  /// - Throws: `DiagnosticError` when the regularizer does not go with the adapters.
  public func profile(steps: Int, regularizer: RegularizerRecipe? = nil) throws -> [StepPart] {
    require(steps > 0, "\(steps) steps measure nothing.")
    let active = try regularizer.map { try self.active($0) }
    perform(active)
    var names: [String] = []
    var seconds: [String: Double] = [:]
    var records: [String: [Profile.Record]] = [:]
    for _ in 0..<steps {
      perform(active) { name, body in
        if seconds[name] == nil { names.append(name) }
        let time = ContinuousClock().measure {
          records[name, default: []] += Profile.recording(body).records
        }
        seconds[name, default: 0] += time / .seconds(1)
      }
    }
    return names.map { name in
      StepPart(
        name: name, seconds: (seconds[name] ?? 0) / Double(steps),
        records: Profile.Record.merged(records[name] ?? []), steps: steps)
    }
  }
}
