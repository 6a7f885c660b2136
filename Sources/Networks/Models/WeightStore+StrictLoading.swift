import Checkpoints
import PETL

extension WeightStore {
  /// Loads parameters by their names, strictly: nothing may be missing, unexpected or misshaped.
  ///
  /// - Parameters:
  ///   - parameters: Full names and parameters.
  ///   - isOther: Whether a tensor belongs to something else, and is let pass.
  /// - Throws: `DiagnosticError` naming every tensor that does not fit; all parameters are then unchanged.
  package func load(
    into parameters: [(name: String, parameter: Parameter)], allowing isOther: (String) -> Bool
  ) throws {
    var problems: [Diagnostic] = []
    let names = Set(parameters.map(\.name))
    var known = NearestNames(among: parameters.map(\.name))
    for (name, parameter) in parameters where entry(name)?.shape != parameter.value.shape {
      let found = entry(name).map { "has shape \($0.shape)" } ?? "is missing"
      problems.append(
        Diagnostic(
          "\(self.name): tensor '\(name)' \(found)", hints: ["expected \(parameter.value.shape)"]))
    }
    for entry in entries where !names.contains(entry.name) && !isOther(entry.name) {
      let nearest = known.nearest(to: entry.name)
      problems.append(
        Diagnostic(
          "\(name): tensor '\(entry.name)' is unexpected",
          hints: nearest.map { ["nearest known: \($0)"] } ?? []))
    }
    try problems.throwIfAny()
    let values = try parameters.map { try floats($0.name) }
    for ((_, parameter), value) in zip(parameters, values) { parameter.update(to: value) }
  }
}
