import AdapterFiles
import Networks
import PETL
import Recipes

/// The adapters that the regularizers of a recipe compare with.
enum ReferenceAdapters {
  /// The places of all of them, each once.
  ///
  /// - Throws: `DiagnosticError` when the options of a regularizer do not go together.
  static func paths(_ recipe: Recipe) throws -> [String] {
    var paths: [String] = []
    for entry in recipe.regularizers {
      for path in try placing(at: entry.span, { try entry.make().references })
      where !paths.contains(path) {
        paths.append(path)
      }
    }
    return paths
  }

  /// Refuses what is no adapter, before anything is read.
  ///
  /// - Parameters:
  ///   - regularizer: that compares.
  ///   - task: of the recipe.
  ///   - span: where it stands in the recipe.
  ///   - problems: where mistakes are added.
  /// - Throws: whatever is no mistake of the user's.
  static func check(
    _ regularizer: any Regularizer, _ task: Recipe.Task, at span: SourceSpan?,
    _ problems: inout [Diagnostic]
  ) throws {
    if task == .retrieval, let path = regularizer.references.first {
      problems.append(
        Diagnostic(
          "\(path): reference adapters are read for task: classification only", at: span,
          hints: ["choose a regularizer without a reference"]))
      return
    }
    for path in regularizer.references {
      try problems.collect(at: span) { _ = try AdapterLocation(path) }
    }
  }

  /// Reads them.
  ///
  /// - Parameters:
  ///   - experiment: whose network they are adapters of.
  ///   - regularizers: that compare with them.
  /// - Returns: the factors by path and by site, and a note of each that lacks some of the sites.
  /// - Throws: `DiagnosticError` when one cannot be read, does not fit the network, or has no site with
  ///   factors.
  static func read(
    _ experiment: any TrainableExperiment, _ regularizers: [any Regularizer]
  ) throws -> (factors: [String: [String: ReferenceFactors]], notes: [Note]) {
    var found: [String: [String: ReferenceFactors]] = [:]
    var notes: [Note] = []
    let own = Set(experiment.network.adapters.entries.map(\.site.name))
    for path in regularizers.flatMap(\.references) where found[path] == nil {
      let factors = try experiment.referenceAdapter(at: path).referenceFactors
      guard !factors.isEmpty else {
        throw DiagnosticError(
          "\(path): no adapter of it is a linear low-rank change, so it has no factors to compare with",
          hints: ["give an adapter such as lora"])
      }
      guard factors.keys.contains(where: own.contains) else {
        throw DiagnosticError(
          "\(path): it has no adapter at a site of this recipe",
          hints: ["there: \(factors.keys.sorted().prefix(3).joined(separator: ", "))"])
      }
      // The penalty would be NaN, and the learning rate would be blamed for it.
      if let lost = factors.keys.sorted().first(where: { factors[$0]?.isFinite == false }) {
        throw DiagnosticError(
          "\(path): a factor of its adapter at \(lost) is not finite",
          hints: ["it is the result of a training that diverged, or damaged"])
      }
      let missing = own.subtracting(factors.keys)
      if let first = missing.min() {
        notes.append(
          Note(
            "\(path) has no low-rank adapter at \(missing.count) of \(own.count) sites, such as "
              + "\(first): nothing is compared there"))
      }
      found[path] = factors
    }
    return (found, notes)
  }
}

extension ReferenceFactors {
  /// Whether no number of them is infinite or not a number.
  fileprivate var isFinite: Bool {
    [directions, basis].allSatisfy { $0.values.allSatisfy(\.isFinite) }
  }
}
