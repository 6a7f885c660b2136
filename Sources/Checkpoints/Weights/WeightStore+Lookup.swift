import PETL

extension WeightStore {
  /// The tensor called `name`.
  ///
  /// - Throws: `DiagnosticError` if there is none; it names the nearest.
  public func required(_ name: String) throws -> TensorEntry {
    if let entry = entry(name) { return entry }
    let nearest = nearestName(to: name, among: entries.lazy.map(\.name))
    throw DiagnosticError(
      "\(self.name): there is no tensor `\(name)`",
      hints: [nearest.map { "did you mean `\($0)`?" } ?? "the file holds \(entries.count) tensors"])
  }
}
