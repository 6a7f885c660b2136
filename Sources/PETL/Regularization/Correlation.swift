#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The r × r algebra that closed forms end in.
extension Tensor {
  /// A norm below this counts as zero: the correlation with a dead coefficient is 0 and has no
  /// gradient.
  public static var deadNorm: Float { 1e-6 }

  /// ρᵢⱼ = Gᵢⱼ / √(Gᵢᵢ Gⱼⱼ) of a Gram matrix, [r, r]; 0 where a norm √Gᵢᵢ vanishes.
  ///
  /// With S of shape [tokens, r] and G = SᵀS this is the cosine of coefficients, with the centred
  /// Gram matrix their correlation.
  ///
  /// - Returns: [r, r], with 1 on the diagonal of living subspaces.
  public func correlation() -> Tensor {
    require(rank == 2 && shape[0] == shape[1], "\(shape) is not a Gram matrix.")
    let r = shape[0]
    let g = values
    let inverse = (0..<r).map { i -> Float in
      let norm = g[i * r + i].squareRoot()
      // A NaN is not dead: it must show.
      return norm <= Tensor.deadNorm ? 0 : 1 / norm
    }
    let rho = (0..<r * r).map { g[$0] * inverse[$0 / r] * inverse[$0 % r] }
    return .custom(from: [self], result: Tensor(rho, shape: shape)) { gradient in
      // dGᵢⱼ = Vᵢⱼ nᵢ nⱼ off the diagonal; dGᵢᵢ takes −½ nᵢ² Σⱼ (Vᵢⱼ + Vⱼᵢ) ρᵢⱼ, all j ≠ i.
      let v = gradient.values
      var dg = [Float](repeating: 0, count: r * r)
      for i in 0..<r {
        var radial: Float = 0
        for j in 0..<r where j != i {
          dg[i * r + j] = v[i * r + j] * inverse[i] * inverse[j]
          radial += (v[i * r + j] + v[j * r + i]) * rho[i * r + j]
        }
        dg[i * r + i] = -0.5 * radial * inverse[i] * inverse[i]
      }
      return [Tensor(dg, shape: [r, r])]
    }
  }

  /// The mean over pairs i < j of |xᵢⱼ| to the power `exponent`, of a symmetric matrix [r, r].
  ///
  /// - Parameter exponent: 1 or more; at 1 the slope where xᵢⱼ = 0 is taken as 0.
  /// - Returns: a scalar; 0 when r = 1.
  public func offDiagonalMean(exponent: Double = 1) -> Tensor {
    require(rank == 2 && shape[0] == shape[1], "\(shape) is not square.")
    let r = shape[0]
    let pairs = Float(max(1, r * (r - 1) / 2))
    let x = values
    var total: Float = 0
    for i in 0..<r {
      for j in (i + 1)..<max(r, i + 1) { total += absolutePower(x[i * r + j], exponent) }
    }
    return .custom(from: [self], result: Tensor(total / pairs)) { gradient in
      let scale = gradient.item / pairs / 2
      var dx = [Float](repeating: 0, count: r * r)
      for i in 0..<r {
        for j in 0..<r where i != j { dx[i * r + j] = scale * slope(x[i * r + j], exponent) }
      }
      return [Tensor(dx, shape: [r, r])]
    }
  }
}

/// The power |x|^p.
private func absolutePower(_ x: Float, _ exponent: Double) -> Float {
  if exponent == 1 { return Swift.abs(x) }
  if exponent == 2 { return x * x }
  return Float(pow(Double(Swift.abs(x)), exponent))
}

/// The slope d|x|^p / dx.
private func slope(_ x: Float, _ exponent: Double) -> Float {
  if x == 0 { return 0 }
  let sign: Float = x > 0 ? 1 : -1
  if exponent == 1 { return x.isNaN ? x : sign }
  if exponent == 2 { return 2 * x }
  return sign * Float(exponent * pow(Double(Swift.abs(x)), exponent - 1))
}
