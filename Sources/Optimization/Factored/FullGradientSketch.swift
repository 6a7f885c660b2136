import PETL

/// The leading singular vectors of the loss's gradient with respect to a whole frozen weight, without ever
/// forming that gradient.
///
/// With B = 0 the network is the pre-trained one whatever A is, and dB = A Gᵀ; with A = 0, dA = B G. So an adapter's
/// own backward pass multiplies G by any r vectors from either side: a randomised singular value decomposition
/// takes some passes with random A, and as many with B from what they gave. Source: Riemannion's probes (arXiv
/// 2507.12142, secondary summary); the arrangement is ours.
enum FullGradientSketch {
  /// How many columns more than 2 r are sketched.
  private static let oversampling = 4

  /// Singular vectors of one site's G, [out, in], the strongest first: at least 2 r of each.
  struct Vectors {
    /// [out, k].
    let left: DoubleMatrix
    /// [in, k].
    let right: DoubleMatrix
  }

  /// - Parameters:
  ///   - pairs: whose sites; their factors are changed on the way and left at zero B.
  ///   - generator: of the probes.
  ///   - objective: the loss with the factors as they are then.
  /// - Returns: one for each pair, in their order.
  /// - Throws: what the objective throws.
  static func take(
    _ pairs: [FactorPair], generator: RandomGenerator, _ objective: any StepObjective
  ) throws -> [Vectors] {
    let widths = pairs.map { ($0.directions.value.shape[1], $0.basis.value.shape[1]) }
    let ranks = pairs.map { $0.basis.value.shape[0] }
    // Random directions first: what G makes of them.
    var images = pairs.map { DoubleMatrix(zerosOfRows: $0.basis.value.shape[1], columns: 0) }
    let passes = ranks.map { (2 * $0 + oversampling + $0 - 1) / $0 }.max() ?? 0
    for pass in 0..<passes {
      for (pair, (inputs, outputs)) in zip(pairs, widths) {
        var stream = generator.split(pair.name, pass)
        let rank = pair.basis.value.shape[0]
        pair.directions.update(
          to: stream.normal(rank * inputs, deviation: 1 / Float(inputs).squareRoot()))
        pair.basis.update(to: [Float](repeating: 0, count: rank * outputs))
      }
      let found = try objective.gradients()
      for (index, pair) in pairs.enumerated() {
        guard let slope = found.matrix(of: pair.basis) else { continue }
        images[index] = images[index].beside(slope.transposed)
      }
    }
    // An orthonormal basis of that, and what G makes of it from the left.
    let bases = images.map { image -> DoubleMatrix in
      let most = min(image.rows, image.columns)
      return image.columns == 0 ? image : image.singularValues().left.columns(0..<most)
    }
    var products = pairs.map { DoubleMatrix(zerosOfRows: $0.directions.value.shape[1], columns: 0) }
    let rounds = zip(bases, ranks).map { ($0.columns + $1 - 1) / $1 }.max() ?? 0
    for round in 0..<rounds {
      for (index, pair) in pairs.enumerated() {
        let (rank, basis) = (ranks[index], bases[index])
        var rows = DoubleMatrix(zerosOfRows: rank, columns: basis.rows)
        for row in 0..<rank where round * rank + row < basis.columns {
          for i in 0..<basis.rows { rows[row, i] = basis[i, round * rank + row] }
        }
        pair.assign(DoubleMatrix(zerosOfRows: rank, columns: widths[index].0), rows)
      }
      let found = try objective.gradients()
      for (index, pair) in pairs.enumerated() {
        let left = bases[index].columns - products[index].columns
        guard left > 0, let slope = found.matrix(of: pair.directions) else { continue }
        let rows = slope.transposed.columns(0..<min(left, ranks[index]))
        products[index] = products[index].beside(rows)
      }
    }
    return pairs.indices.map { index in
      // G ≈ Q (QᵀG); products hold (QᵀG)ᵀ.
      let svd = products[index].singularValues()
      let wanted = 2 * ranks[index]
      return Vectors(
        left: (bases[index] * svd.rightTransposed.transposed).padded(wanted),
        right: svd.left.padded(wanted))
    }
  }
}

extension DoubleMatrix {
  /// With as many orthonormal columns as wanted, or as there can be: a small map, or a gradient that
  /// vanishes, gives fewer; the others are any that are orthogonal to them.
  fileprivate func padded(_ count: Int) -> DoubleMatrix {
    let wanted = min(count, rows)
    guard columns < wanted else { return self }
    var stream = RandomGenerator(seed: 0).split("completion")
    let more = (wanted - columns) * rows
    let noise = DoubleMatrix(
      stream.normal(more).map(Double.init), rows: rows, columns: wanted - columns)
    return beside(noise).qr().q
  }
}
