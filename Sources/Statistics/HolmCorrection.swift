/// Corrects p values of a family of tests (Holm, Scandinavian Journal of Statistics 6, 1979).
///
/// In ascending order the k-th of m, counted from 1, is multiplied by m − k + 1, is at least the one
/// before and at most 1. The chance that any true null hypothesis falls below a level is then at most
/// that level, whatever the tests have to do with each other.
///
/// - Parameter values: the p values of the family.
/// - Returns: the corrected values, in the order of `values`.
public func holmCorrected(_ values: [Double]) -> [Double] {
  var corrected = values
  var floor = 0.0
  for (rank, index) in values.indices.sorted(by: { values[$0] < values[$1] }).enumerated() {
    floor = max(floor, min(1, values[index] * Double(values.count - rank)))
    corrected[index] = floor
  }
  return corrected
}
