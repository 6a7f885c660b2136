import PETL
import Recipes

/// What a run was started with beside its recipe: `run.json`.
///
/// A run that is resumed keeps to it.
struct RunOrigin: Codable {
  /// What goes into the metadata of every file of weights.
  var provenance: [String: String]
  /// How many threads share the work; other counts add up in another order.
  var threads: Int
  /// The kernels and libraries that compute.
  var machine: String
  /// Where trained stages are taken from and left; nil when they are not shared.
  var reuse: String?

  /// Of this machine as it is set now.
  init(provenance: [String: String], reuse: String?) {
    self.provenance = provenance
    threads = Workers.count
    machine = Self.thisMachine
    self.reuse = reuse
  }

  private static var thisMachine: String {
    "kernels \(Machine.kernels), frozen products by \(FrozenProducts.selected), \(Machine.blas), "
      + Machine.blasCore
  }

  /// Why going on here will not give the same bytes, in words; nil when it will.
  var difference: String? {
    guard machine != Self.thisMachine else { return nil }
    return
      "warning: the run was started with \(machine), and goes on with \(Self.thisMachine): its "
      + "figures will be close to those of an uninterrupted run, not equal"
  }

  /// The keys of what must not have changed since a run was started, with what they are.
  static let contents = [
    "weights_sha256": "the weights", "data_sha256": "the data", "petl": "the version of petl",
  ]

  /// Refuses to go on with other weights or data, or another version of the program.
  ///
  /// - Parameters:
  ///   - now: the provenance of a run that would be started now.
  ///   - folder: of the run, for the message.
  /// - Throws: `DiagnosticError` with everything that changed.
  func require(_ now: [String: String], folder: String) throws {
    let changed = Self.contents.keys.sorted().filter { key in
      provenance[key] != nil && now[key] != nil && provenance[key] != now[key]
    }
    guard changed.isEmpty else {
      throw DiagnosticError(
        changed.map { key in
          Diagnostic(
            "\(folder): cannot be resumed: \(Self.contents[key] ?? key) changed since it was started",
            hints: [
              "then: \(provenance[key] ?? "")", "now:  \(now[key] ?? "")",
              "start it anew with: petl run \(folder)/recipe.yaml",
            ])
        })
    }
  }
}
