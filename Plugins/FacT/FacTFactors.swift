import PETL

/// The factors U and V, [r, width] each (V the transpose of PyTorch's), that all maps of a width share.
///
/// Initialisation, as in the official code: U uniform in ±1/√width (`nn.Linear`'s default), V zero.
struct FacTFactors {
  /// U.
  let down: Parameter
  /// V.
  let up: Parameter

  /// What comes after the names of shared parameters: nothing where there is one width.
  let suffix: String

  /// The factors of each width among some sites.
  ///
  /// - Throws: `DiagnosticError` when the rank is larger than a width.
  static func shared(
    by sites: [AdaptationSite], rank: Int, _ generator: RandomGenerator
  ) throws -> [Int: FacTFactors] {
    let widths = Set(sites.map { FacTSlices(of: $0).width })
    for site in sites { try site.check(rank: rank) }
    return Dictionary(
      uniqueKeysWithValues: widths.map { width in
        let suffix = widths.count == 1 ? "" : "_\(width)"
        var stream = generator.split("fact\(suffix)")
        return (
          width,
          FacTFactors(
            down: Parameter(
              "fact_u\(suffix)", .kaimingUniform([rank, width], using: &stream), isShared: true),
            up: Parameter("fact_v\(suffix)", .zeros([rank, width]), isShared: true),
            suffix: suffix)
        )
      })
  }
}
