import Checkpoints
import PETL

extension ViTCheckpoint {
  /// Every tensor that is missing, misshaped or unexpected.
  func mismatches() -> [Diagnostic] {
    var problems: [Diagnostic] = []
    let expected = configuration.tensors(normalizingAfterPooling: normalizesAfterPooling)
    // In timm's order, so that of two names as near the same one is always given.
    var known = expected.map(\.name)
    for (name, shape) in expected {
      guard let entry = file.entry(name) else {
        problems.append(
          Diagnostic("\(file.name): tensor '\(name)' is missing", hints: ["expected \(shape)"]))
        continue
      }
      if entry.shape != shape {
        problems.append(
          Diagnostic(
            "\(file.name): tensor '\(name)' has shape \(entry.shape)", hints: ["expected \(shape)"]
          ))
      }
    }
    if let classes {
      known += ["head.weight", "head.bias"]
      for (name, shape) in [
        ("head.weight", [classes, configuration.width]), ("head.bias", [classes]),
      ] where file.entry(name)?.shape != shape {
        let found = file.entry(name).map { "has shape \($0.shape)" } ?? "is missing"
        problems.append(
          Diagnostic("\(file.name): tensor '\(name)' \(found)", hints: ["expected \(shape)"]))
      }
    }
    let knownSet = Set(known)
    for entry in file.entries where !knownSet.contains(entry.name) {
      let nearest = nearestName(to: entry.name, among: known).map { ["nearest known: \($0)"] } ?? []
      problems.append(
        Diagnostic("\(file.name): tensor '\(entry.name)' is unexpected", hints: nearest))
    }
    return problems
  }
}
