/// The leading part of a singular value decomposition, W ≈ Uᵀ diag(σ) V with directions in rows.
public struct SingularDirections {
  /// The singular values, [k], falling.
  public let values: Tensor
  /// U, the directions of outputs, [k, out], orthonormal rows.
  public let outputs: Tensor
  /// V, the directions of inputs, [k, in], orthonormal rows.
  public let inputs: Tensor
}

/// The frozen weights of a network as regularizers ask for them.
package final class FrozenWeights {
  private let map: (AdaptationSite) -> Tensor?
  private let generator: RandomGenerator
  private var found: [String: SingularDirections] = [:]

  /// Makes frozen weights.
  ///
  /// - Parameters:
  ///   - generator: of sketches.
  ///   - map: the weight [out, in] of a linear map; nil for another site.
  package init(generator: RandomGenerator, map: @escaping (AdaptationSite) -> Tensor?) {
    (self.generator, self.map) = (generator, map)
  }

  /// The weight at a site that has one.
  func weight(at site: AdaptationSite) -> Tensor {
    guard let weight = map(site) else {
      stopProgram("Site '\(site.name)' has no frozen weight.")
    }
    return weight
  }

  /// The leading directions at a site.
  func leading(_ count: Int, at site: AdaptationSite) -> SingularDirections {
    let key = "\(site.name) \(count)"
    if let known = found[key] { return known }
    let stream = generator.split("sketch").split(site.name)
    let new = noGradient { Self.sketched(weight(at: site), count, stream) }
    found[key] = new
    return new
  }

  /// Two power iterations on a random start, each made orthonormal.
  private static func sketched(
    _ weight: Tensor, _ count: Int, _ stream: RandomGenerator
  ) -> SingularDirections {
    let (rows, columns) = (weight.shape[0], weight.shape[1])
    let wanted = min(count, rows, columns)
    let width = min(wanted + 8, rows, columns)
    var stream = stream
    func orthonormal(_ x: Tensor) -> Tensor { DoubleMatrix(x).qr().q.tensor }
    var range = orthonormal(
      weight.matmul(Tensor(stream.normal(columns * width), shape: [columns, width])))
    for _ in 0..<2 {
      let back = orthonormal(weight.matmul(range, transposingSelf: true))
      range = orthonormal(weight.matmul(back))
    }
    // W ≈ Q (Qᵀ W), whose small factor is decomposed in full.
    let small = DoubleMatrix(range.matmul(weight, transposingSelf: true)).singularValues()
    let left = DoubleMatrix(range).times(small.left)
    return SingularDirections(
      values: Tensor(small.values.prefix(wanted).map { Float($0) }),
      outputs: left.columns(0..<wanted).transposed.tensor,
      inputs: small.rightTransposed.transposed.columns(0..<wanted).transposed.tensor)
  }
}
