import PETL

/// How a map's weight lies in FacT's tensor of matrices [width, width]: query, key, value and output are one
/// matrix each, the outputs of fc1 and the inputs of fc2 are cut into several.
///
/// Where the MLP's width is no multiple of the network's, the last matrix is cut off: our choice.
struct FacTSlices {
  /// The side of a matrix: the network's width.
  let width: Int
  /// The longer side of the map.
  let length: Int
  /// How many matrices the map is.
  let count: Int
  /// Whether its outputs are cut, not its inputs.
  let cutsOutputs: Bool

  /// The slices of a site.
  init(of site: AdaptationSite) {
    width = min(site.inputWidth, site.outputWidth)
    length = max(site.inputWidth, site.outputWidth)
    count = (length + width - 1) / width
    cutsOutputs = site.outputWidth > site.inputWidth
  }

  /// A and B of s · U Σ V, in ΔH = x Aᵀ B.
  ///
  /// - Parameters:
  ///   - sigma: Σ from the coefficients of U to those of V, [count r, r] where outputs are cut, else [r, count r].
  ///   - factors: U and V.
  ///   - scale: s.
  /// - Returns: A, [count r, in], and B, [count r, out], where outputs are cut; else A, [r, in], and B, [r, out].
  func linearFactors(
    sigma: Tensor, _ factors: FacTFactors, scale: Double
  ) -> (directions: Tensor, basis: Tensor) {
    let (u, v) = (factors.down.value, factors.up.value.scaled(by: Float(scale)))
    let r = u.shape[0]
    if count == 1 { return (sigma.matmul(u), v) }
    if cutsOutputs {
      // V in blocks along a diagonal.
      let blocks =
        DoubleMatrix(identity: count).tensor.reshaped([count, 1, count, 1])
        * v.reshaped([1, r, 1, width])
      return (sigma.matmul(u), cut(blocks.reshaped([count * r, count * width])))
    }
    let directions = sigma.reshaped([r, count, r]).matmul(u)
    return (cut(directions.reshaped([r, count * width])), v)
  }

  private func cut(_ x: Tensor) -> Tensor {
    x.shape[1] == length ? x : x.sliced(axis: 1, 0..<length)
  }
}
