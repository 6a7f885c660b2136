/// What a test says, at a level that is fixed before.
public enum Verdict: String, Sendable, Codable {
  /// The figure of the method is higher.
  case higher
  /// The figure of the method is lower.
  case lower
  /// The test does not tell them apart.
  case notDistinguishable = "not distinguishable"
  /// With so many pairs and tests no figures could have told them apart.
  case tooFew = "too few seeds to tell"

  /// The level of all tests: 5 %.
  public static let level = 0.05

  /// The verdicts on a family of comparisons, and their p values after Holm's correction.
  ///
  /// Too few are those whose corrected p would be above the level even if every comparison of the family
  /// had the smallest p that its pairs allow: five pairs or fewer of a single comparison, for 2 / 2⁵ is
  /// 0.0625, and more the more comparisons there are.
  ///
  /// - Parameter family: the comparisons that are read together.
  /// - Returns: in the order of the family.
  public static func verdicts(
    _ family: [PairedDifference]
  ) -> [(correctedP: Double, verdict: Verdict)] {
    let corrected = holmCorrected(family.map(\.test.p))
    let best = holmCorrected(family.map(\.test.smallestP))
    return family.indices.map { index in
      let verdict: Verdict =
        if best[index] > level {
          .tooFew
        } else if corrected[index] > level {
          .notDistinguishable
        } else {
          family[index].spread.mean > 0 ? .higher : .lower
        }
      return (corrected[index], verdict)
    }
  }
}
