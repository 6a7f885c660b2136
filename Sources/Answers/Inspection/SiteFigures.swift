import Foundation
import PETL

/// What an adapter does at one site, in figures of its weights.
public struct SiteFigures: Sendable, Encodable {
  /// The site's or module's name.
  public let name: String
  /// How many rank-one maps ΔW is made of; nil where it is no such sum.
  public private(set) var rank: Int?
  /// ‖ΔW‖, Frobenius, the scale included; nil for an adapter with a nonlinearity.
  public private(set) var norm: Double?
  /// ‖ΔW‖²_F / ‖ΔW‖²₂, from 1 to the rank; nil where ΔW is zero or unknown.
  public private(set) var stableRank: Double?
  /// exp of the entropy of the normalised singular values; nil where ΔW is zero or unknown.
  ///
  /// From 1 to the rank. Source: Roy and Vetterli, The effective rank, EUSIPCO 2007.
  public private(set) var effectiveRank: Double?
  /// The singular values of ΔW, falling; nil where unknown.
  public private(set) var singularValues: [Double]?
  /// How far the rows of A are from orthogonal: 0 orthogonal, 1 all parallel; nil for a single row.
  ///
  /// ‖ÂÂᵀ − I‖_F / √(r (r − 1)) with Â the rows of length 1, which is the root mean square of the
  /// cosines of two of them; rows of zeros do not count. The definition is our choice.
  public private(set) var overlapOfA: Double?
  /// The same of the columns of B, PEFT's [out, r].
  public private(set) var overlapOfB: Double?
  /// The mean over pairs of |cos| of two rank-one parts bᵢ aᵢᵀ as matrices: |cos(aᵢ, aⱼ) cos(bᵢ, bⱼ)|;
  /// a pair with a part of zeros counts as 0.
  public private(set) var redundancyOfWeights: Double?
  /// How many rank-one parts are zero.
  public private(set) var deadParts = 0
  /// The mean |ρ| over pairs of coefficients, on images; nil where none were given.
  public internal(set) var redundancyOfFeatures: Double?
  /// Whether all numbers, and the figures in 64 bits, are finite; if not, the figures are nil.
  public private(set) var isFinite = true

  /// The figures of factors, ΔW = Bᵀ A.
  ///
  /// - Parameters:
  ///   - name: of the site.
  ///   - directions: A, [r, in].
  ///   - basis: B, [r, out], the scale included.
  public init(_ name: String, directions: DoubleMatrix, basis: DoubleMatrix) {
    self.init(name, basis: basis)
    isFinite = isFinite && directions.isFinite
    guard isFinite else {
      (overlapOfB, deadParts) = (nil, 0)
      return
    }
    let (a, b) = (directions.cosines, basis.cosines)
    overlapOfA = a.rootMeanSquare
    redundancyOfWeights = Self.meanProduct(a, b)
    deadParts = zip(directions.rowNorms, basis.rowNorms).count { $0 == 0 || $1 == 0 }
    setSpectrum(Self.core(directions, basis).singularValues().values)
    forgetWhatOverflowed()
  }

  /// The figures of a basis whose coefficients are no linear function of the input.
  public init(_ name: String, basis: DoubleMatrix) {
    self.name = name
    rank = basis.rows
    isFinite = basis.isFinite
    guard isFinite else { return }
    overlapOfB = basis.cosines.rootMeanSquare
    deadParts = basis.rowNorms.count { $0 == 0 }
    forgetWhatOverflowed()
  }

  /// The figures of a whole ΔW, [out, in].
  public init(_ name: String, change: DoubleMatrix) {
    self.name = name
    isFinite = change.isFinite
    guard isFinite else { return }
    setSpectrum(change.singularValues().values)
    forgetWhatOverflowed()
  }

  /// The figures of a site that nothing is known of.
  public init(_ name: String) { self.name = name }

  /// Numbers that are finite may be so large that what is computed of them is not: then no figure says
  /// anything.
  private mutating func forgetWhatOverflowed() {
    let figures = [
      norm, stableRank, effectiveRank, overlapOfA, overlapOfB, redundancyOfWeights,
    ].compactMap { $0 }
    guard !figures.allSatisfy(\.isFinite) else { return }
    let (name, rank) = (name, rank)
    self = SiteFigures(name)
    (self.rank, isFinite) = (rank, false)
  }

  private mutating func setSpectrum(_ values: [Double]) {
    singularValues = values
    let squares = values.reduce(0) { $0 + $1 * $1 }
    norm = squares.squareRoot()
    guard let largest = values.first, largest > 0 else { return }
    stableRank = squares / (largest * largest)
    let sum = values.reduce(0, +)
    let entropy = values.reduce(0.0) { total, value in
      let share = value / sum
      return share > 0 ? total - share * log(share) : total
    }
    effectiveRank = exp(entropy)
  }

  /// A matrix with the singular values of Bᵀ A and no larger than it has to be.
  private static func core(_ a: DoubleMatrix, _ b: DoubleMatrix) -> DoubleMatrix {
    func thin(_ factor: DoubleMatrix) -> DoubleMatrix {
      let tall = factor.transposed
      return tall.rows >= tall.columns ? tall.qr().r : tall
    }
    return thin(b).times(thin(a), transposingOther: true)
  }

  /// The mean over pairs of |aᵢⱼ bᵢⱼ|.
  private static func meanProduct(_ a: DoubleMatrix, _ b: DoubleMatrix) -> Double? {
    guard a.rows > 1 else { return nil }
    var sum = 0.0
    for i in 1..<a.rows { for j in 0..<i { sum += abs(a[i, j] * b[i, j]) } }
    return sum / Double(a.rows * (a.rows - 1) / 2)
  }
}

extension DoubleMatrix {
  /// The length of each row.
  fileprivate var rowNorms: [Double] {
    (0..<rows).map { row in
      elements[row * columns..<(row + 1) * columns].reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
  }

  /// The cosines of the rows, [rows, rows]; 0 with a row of zeros.
  fileprivate var cosines: DoubleMatrix {
    let inverse = rowNorms.map { $0 == 0 ? 0 : 1 / $0 }
    let gram = times(self, transposingOther: true)
    var result = gram
    for i in 0..<rows { for j in 0..<rows { result[i, j] = gram[i, j] * inverse[i] * inverse[j] } }
    return result
  }

  /// The root mean square off the diagonal of cosines, over rows that are not zero; nil for fewer than
  /// two.
  fileprivate var rootMeanSquare: Double? {
    let living = (0..<rows).filter { self[$0, $0] != 0 }
    guard living.count > 1 else { return nil }
    var sum = 0.0
    for i in living { for j in living where i != j { sum += self[i, j] * self[i, j] } }
    return (sum / Double(living.count * (living.count - 1))).squareRoot()
  }
}
