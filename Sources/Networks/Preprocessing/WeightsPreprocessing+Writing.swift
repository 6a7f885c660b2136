import Checkpoints
import Datasets

extension WeightsPreprocessing {
  /// What lies beside weights or in them.
  ///
  /// - Parameters:
  ///   - store: the weights.
  ///   - reference: `embedded:NAME` or the path that they were given by.
  /// - Throws: `DiagnosticError` with every value of those files that is none that can be.
  public init(for store: any WeightStore, at reference: String) throws {
    try self.init(for: store, folder: WeightReference(reference).folder())
  }

  /// A description of timm's with the mean and deviation in its `pretrained_cfg`; as it was where those
  /// are a guess.
  ///
  /// - Parameter description: as timm reads it from a `config.json`.
  /// - Returns: with `mean` and `std`, three numbers each.
  public func stated(in description: JSONValue) -> JSONValue {
    guard !isGuess, case .object(let members) = description else { return description }
    func numbers(_ values: [Float]) -> JSONValue {
      // The shortest text of a single number, as the papers have it.
      .array(values.map { .number(Double("\($0)") ?? Double($0)) })
    }
    return .object(
      members.map { member in
        guard member.name == "pretrained_cfg", case .object(let settings) = member.value else {
          return member
        }
        return .init(
          member.name,
          .object(
            settings + [
              .init("mean", numbers(normalization.mean)),
              .init("std", numbers(normalization.standardDeviation)),
            ]))
      })
  }
}
