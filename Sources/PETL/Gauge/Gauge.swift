/// A change of the factors of a linear adapter that leaves its function as it is.
///
/// S B = (S T)(T⁻¹ B) for any invertible T, [r, r]; in the input directions, A becomes Tᵀ A.
///
/// Source: our derivation (docs/mathematics.md). Of all gauges the one made here brings the Gram
/// matrices S'ᵀS' and B'B'ᵀ to one and the same diagonal: all correlations between subspaces vanish,
/// and with them ReSoRA's linear and flattened cosine measures.
package struct Gauge: Sendable {
  /// T, [r, r].
  package let transform: DoubleMatrix
  /// T⁻¹, [r, r].
  package let inverse: DoubleMatrix

  /// Directions of G whose share of its trace is below this count as absent; relative.
  private static let floor = 1e-12

  /// The balanced gauge of a coefficient Gram matrix G = SᵀS and a basis Gram matrix M = B Bᵀ.
  ///
  /// With G = L Lᵀ and Lᵀ M L = V diag(w) Vᵀ it is T = L⁻ᵀ V diag(w)^¼, so that TᵀGT = T⁻¹MT⁻ᵀ =
  /// diag(√w). Where w vanishes (the basis has no such direction) the diagonal of TᵀGT is the mean of
  /// G's instead, so that coefficients stay of their size; of G itself the eigenvalues are kept from
  /// vanishing. For B = 0 the gauge is the identity.
  ///
  /// - Parameters:
  ///   - coefficientGram: G, [r, r], of any set of tokens, centred or not; A Aᵀ for the gauge that
  ///     needs no data, which is the singular value decomposition of ΔW, shared evenly.
  ///   - basisGram: M, [r, r].
  package init(coefficientGram: DoubleMatrix, basisGram: DoubleMatrix) {
    let r = coefficientGram.rows
    require(
      basisGram.rows == r, "G is \(r) × \(r), M \(basisGram.rows) × \(basisGram.columns).")
    let (found, q) = coefficientGram.symmetricPart.symmetricEigen()
    let largest = found.last ?? 0
    guard largest > 0, basisGram.trace > 0, largest.isFinite, basisGram.trace.isFinite else {
      self.init(identity: r)
      return
    }
    let roots = found.map { max($0, largest * Self.floor).squareRoot() }
    let l = q.scalingColumns(by: roots)
    let lInverseTransposed = q.scalingColumns(by: roots.map { 1 / $0 })
    let inner = l.times(basisGram.symmetricPart, transposingSelf: true) * l
    let (w, v) = inner.symmetricPart.symmetricEigen()
    let top = w.last ?? 0
    let mean = coefficientGram.trace / Double(r)
    // The strongest subspace first.
    let order = Array((0..<r).reversed())
    let diagonal = order.map { w[$0] > top * Self.floor ? w[$0].squareRoot() : mean }
    let vectors = DoubleMatrix(
      (0..<r).flatMap { i in order.map { v[i, $0] } }, rows: r, columns: r)
    self.init(
      transform: (lInverseTransposed * vectors).scalingColumns(
        by: diagonal.map { $0.squareRoot() }),
      inverse: (l * vectors).scalingColumns(by: diagonal.map { 1 / $0.squareRoot() }).transposed)
  }

  /// The gauge that changes nothing.
  package init(identity size: Int) {
    self.init(transform: DoubleMatrix(identity: size), inverse: DoubleMatrix(identity: size))
  }

  private init(transform: DoubleMatrix, inverse: DoubleMatrix) {
    (self.transform, self.inverse) = (transform, inverse)
  }

  /// A' = Tᵀ A, [r, in].
  package func directions(_ a: DoubleMatrix) -> DoubleMatrix {
    transform.times(a, transposingSelf: true)
  }

  /// B' = T⁻¹ B, [r, out].
  package func basis(_ b: DoubleMatrix) -> DoubleMatrix { inverse * b }
}

/// A linear map's factors in another gauge, and what that did.
package struct GaugedFactors: Sendable {
  /// A', [r, in].
  package let directions: DoubleMatrix
  /// B', [r, out].
  package let basis: DoubleMatrix
  /// The mean over pairs of |ρ| of the coefficients by the given Gram matrix, before.
  package let redundancyBefore: Double
  /// The same after, with the factors rounded to 32 bits.
  package let redundancyAfter: Double
  /// ‖ΔW' − ΔW‖ / ‖ΔW‖ (Frobenius) with the factors rounded to 32 bits; 0 where ΔW is zero.
  package let change: Double

  /// Brings A, [r, in], and B, [r, out], into the balanced gauge.
  ///
  /// - Parameters:
  ///   - directions: A.
  ///   - basis: B.
  ///   - gram: the coefficients' Gram matrix G of some data; nil for the gauge that needs none.
  package init(directions: DoubleMatrix, basis: DoubleMatrix, gram: DoubleMatrix? = nil) {
    let g = gram ?? directions.times(directions, transposingOther: true)
    let gauge = Gauge(
      coefficientGram: g, basisGram: basis.times(basis, transposingOther: true))
    let (a, b) = (gauge.directions(directions).rounded, gauge.basis(basis).rounded)
    self.directions = a
    self.basis = b
    redundancyBefore = g.meanCorrelation
    let after =
      gram.map { gauge.transform.times($0 * gauge.transform, transposingSelf: true) }
      ?? a.times(a, transposingOther: true)
    redundancyAfter = after.meanCorrelation
    change = Self.distance((directions, basis), (a, b))
  }

  /// ‖B₁ᵀA₁ − B₂ᵀA₂‖ / ‖B₁ᵀA₁‖ in r × r matrices: the difference is a product of factors of rank 2 r.
  private static func distance(
    _ old: (a: DoubleMatrix, b: DoubleMatrix), _ new: (a: DoubleMatrix, b: DoubleMatrix)
  ) -> Double {
    let (_, ra) = old.a.transposed.beside(new.a.transposed).thinR
    let minus = (-1.0) * new.b
    let (_, rb) = old.b.transposed.beside(minus.transposed).thinR
    let (_, ra0) = old.a.transposed.thinR
    let (_, rb0) = old.b.transposed.thinR
    let size = rb0.times(ra0, transposingOther: true).frobeniusNorm
    return size == 0 ? 0 : rb.times(ra, transposingOther: true).frobeniusNorm / size
  }
}

extension DoubleMatrix {
  /// Rounded to 32 bits, in 64.
  var rounded: DoubleMatrix {
    DoubleMatrix(elements.map { Double(Float($0)) }, rows: rows, columns: columns)
  }

  /// The triangular factor of the thin QR, or the matrix itself where it has fewer rows than columns.
  fileprivate var thinR: (DoubleMatrix, DoubleMatrix) {
    rows >= columns ? qr() : (self, self)
  }

  /// The mean over pairs of |ρ| of a Gram matrix; a vanishing norm counts as uncorrelated.
  package var meanCorrelation: Double {
    guard rows > 1 else { return 0 }
    let norms = diagonal.map { max($0, 0).squareRoot() }
    let dead = (norms.max() ?? 0) * 1e-7
    var sum = 0.0
    for i in 0..<rows {
      for j in i + 1..<max(rows, i + 1) where norms[i] > dead && norms[j] > dead {
        sum += abs(self[i, j]) / (norms[i] * norms[j])
      }
    }
    return sum / Double(rows * (rows - 1) / 2)
  }
}
