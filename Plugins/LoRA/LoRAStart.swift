import PETL

/// Where LoRA's A and B start, by the names of PEFT's `init_lora_weights`; without one A is Kaiming uniform with
/// a = √5 and B zero.
///
/// A start that is not zero changes the network. PEFT takes it off the frozen weight; here that stays as it is,
/// and the same is done by constants beside: ΔH = s (x AᵀB − x A₀ᵀB₀), with A₀ and B₀ the start. It is what PEFT
/// saves with `path_initial_model_for_weight_conversion`: a LoRA of twice the rank, [A, A₀] and [B, −B₀].
public enum LoRAStart: String, CaseIterable, Sendable {
  /// A normal with a deviation of 1 / r, B zero (PEFT).
  case gaussian
  /// A and B random with orthogonal rows inside, so that AᵀB = 0 (PEFT); the rank is even.
  case orthogonal
  /// The r largest singular values of the weight and their vectors, shared evenly (PiSSA, Meng et al., arXiv
  /// 2404.02948, as PEFT): s AᵀB is the weight's best approximation of rank r.
  case pissa
  /// The r smallest ones likewise (MiLoRA, Wang et al., arXiv 2406.09044); PEFT does not have it.
  case milora
  /// Bᵀ the first r columns of Q and A the first r rows of R, of the weight's QR decomposition (OLoRA, Büyükakyüz,
  /// arXiv 2406.01775, as PEFT).
  case olora
  /// A the r principal components of the map's inputs on the first batches, B zero (EVA, Paischer et al., arXiv
  /// 2410.07170, as PEFT with rho 1: every map keeps its rank).
  case eva

  /// Whether it is made of the frozen weight, and taken off the network again.
  var usesWeight: Bool { self == .pissa || self == .milora || self == .olora }

  /// A and B of a weight.
  ///
  /// - Parameters:
  ///   - weight: [out, in].
  ///   - rank: at most the smaller of both.
  ///   - scale: s, not 0.
  /// - Returns: A, [r, in], and B, [r, out].
  func factors(
    of weight: DoubleMatrix, rank: Int, scale: Double
  ) -> (directions: DoubleMatrix, basis: DoubleMatrix) {
    if self == .olora {
      let q = weight.columns(0..<rank).qr().q
      return (q.times(weight, transposingSelf: true), q.transposed)
    }
    let found = weight.singularValues()
    let start = self == .milora ? found.values.count - rank : 0
    let range = start..<start + rank
    let roots = found.values[range].map { ($0 / scale).squareRoot() }
    let inputs = found.rightTransposed.transposed.columns(range)
    return (
      inputs.scalingColumns(by: roots).transposed,
      found.left.columns(range).scalingColumns(by: roots).transposed
    )
  }

  /// A and B that need no weight.
  ///
  /// - Parameters:
  ///   - site: gives the widths.
  ///   - rank: even for `orthogonal`.
  ///   - generator: gives the values.
  /// - Returns: A, [r, in], and B, [r, out]; nil for a start that is that of no start.
  func factors(
    at site: AdaptationSite, rank: Int, using generator: inout RandomGenerator
  ) -> (directions: Tensor, basis: Tensor)? {
    let (inputs, outputs) = (site.inputWidth, site.outputWidth)
    switch self {
    case .gaussian:
      let a = Tensor.normal([rank, inputs], deviation: 1 / Float(rank), using: &generator)
      return (a, .zeros([rank, outputs]))
    case .orthogonal:
      let random = DoubleMatrix(.normal([rank, rank], deviation: 1, using: &generator))
      // Every other row of an orthogonal matrix, [r / 2, r].
      let columns = random.qr().q.transposed
      func rows(_ first: Int, _ width: Int) -> Tensor {
        let picked = stride(from: first, to: rank, by: 2).map { row in
          columns.columns(row..<row + 1)
        }
        let half = picked.dropFirst().reduce(picked[0]) { $0.beside($1) }
        let values = DoubleMatrix(
          .normal([rank / 2, width], deviation: 0.1, using: &generator))
        return (half * values).tensor
      }
      return (rows(0, inputs), rows(1, outputs))
    case .pissa, .milora, .olora, .eva: return nil
    }
  }
}
