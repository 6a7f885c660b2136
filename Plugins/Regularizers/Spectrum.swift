import PETL

/// The eigenvalues of G M, the squared singular values of ΔH, with what their gradients need.
///
/// With G = L Lᵀ and Lᵀ M L = V diag(w) Vᵀ, and X = L V: dw = diag(Xᵀ dM X), and with Y = M X,
/// dw = diag(Yᵀ dG Y) / w. In 64 bits; our derivation.
struct Spectrum {
  /// w, rising, none below 0.
  let values: [Double]
  private let gram: Tensor
  private let basisGram: Tensor
  private let x: DoubleMatrix
  private let y: DoubleMatrix

  init(_ gram: Tensor, _ basisGram: Tensor) {
    (self.gram, self.basisGram) = (gram, basisGram)
    let (g, m) = (DoubleMatrix(gram).symmetricPart, DoubleMatrix(basisGram).symmetricPart)
    let isFinite = (g.elements + m.elements).allSatisfy(\.isFinite)
    guard isFinite else {
      (values, x, y) = ([Double](repeating: .nan, count: g.rows), g, m)
      return
    }
    let (eigenvalues, vectors) = g.symmetricEigen()
    let l = vectors.scalingColumns(by: eigenvalues.map { max($0, 0).squareRoot() })
    let (w, v) = (l.times(m, transposingSelf: true) * l).symmetricPart.symmetricEigen()
    values = w.map { max($0, 0) }
    x = l * v
    y = m * x
  }

  /// A function of the eigenvalues with its value and slopes, as a scalar that can be differentiated.
  func function(_ value: Double, _ slopes: [Double]) -> Tensor {
    .custom(from: [gram, basisGram], result: Tensor(Float(value))) { [values, x, y] gradient in
      let scale = Double(gradient.item)
      let top = values.max() ?? 0
      let forG = zip(slopes, values).map { $1 > top * 1e-10 ? scale * $0 / $1 : 0 }
      let dg = y.scalingColumns(by: forG).times(y, transposingOther: true)
      let dm = x.scalingColumns(by: slopes.map { scale * $0 }).times(x, transposingOther: true)
      return [dg.tensor, dm.tensor]
    }
  }
}
