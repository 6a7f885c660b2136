import PETL

/// How LoKr splits a linear map: the widths of both factors, and which of them is a product.
struct KroneckerForm: Sendable {
  /// The parts of the output width, of the first factor and of the second.
  let outputs: (first: Int, second: Int)
  /// The parts of the input width.
  let inputs: (first: Int, second: Int)
  /// The rank of a factor that is a product.
  let rank: Int
  /// Whether the first factor is a matrix of its own, not a product.
  let isFirstWhole: Bool
  /// Whether the second factor is a matrix of its own, not a product.
  let isSecondWhole: Bool

  /// - Parameters:
  ///   - inputs: the map's input width.
  ///   - outputs: its output width.
  ///   - rank: of a factor that is a product.
  ///   - factor: the first factor's width where it divides the map's; −1 for the even split.
  ///   - decomposesBoth: whether the first factor may be a product.
  init(inputs: Int, outputs: Int, rank: Int, factor: Int, decomposesBoth: Bool) {
    self.inputs = Self.split(inputs, factor)
    self.outputs = Self.split(outputs, factor)
    self.rank = rank
    func isWhole(_ a: Int, _ b: Int) -> Bool { 2 * rank >= max(a, b) }
    isFirstWhole = !decomposesBoth || isWhole(self.outputs.first, self.inputs.first)
    isSecondWhole = isWhole(self.outputs.second, self.inputs.second)
  }

  /// LyCORIS's split of a width into two, the smaller first: the factor and the rest where it divides, else
  /// the most even split whose smaller part is at most the factor.
  static func split(_ width: Int, _ factor: Int) -> (first: Int, second: Int) {
    if factor > 0, width.isMultiple(of: factor) { return (factor, width / factor) }
    let limit = factor == -1 ? width : factor
    var (small, large) = (1, width)
    while small < large {
      var next = small + 1
      while !width.isMultiple(of: next) { next += 1 }
      if next + width / next > small + large || next > limit { break }
      (small, large) = (next, width / next)
    }
    return (min(small, large), max(small, large))
  }

  /// The names and shapes of the matrices, as PEFT has them.
  var shapes: [(name: String, shape: [Int])] {
    func factor(_ name: String, _ isWhole: Bool, _ rows: Int, _ columns: Int)
      -> [(name: String, shape: [Int])]
    {
      isWhole
        ? [(name, [rows, columns])]
        : [("\(name)_a", [rows, rank]), ("\(name)_b", [rank, columns])]
    }
    return factor("lokr_w1", isFirstWhole, outputs.first, inputs.first)
      + factor("lokr_w2", isSecondWhole, outputs.second, inputs.second)
  }

  /// A factor as a sum of rank-one maps: [k, in] and [k, out], of a matrix of its own the smaller identity
  /// and itself.
  private func terms(_ name: String, _ matrices: [String: Tensor]) -> (Tensor, Tensor)? {
    if let a = matrices["\(name)_a"], let b = matrices["\(name)_b"] { return (b, a.transposed()) }
    guard let whole = matrices[name] else { return nil }
    let (rows, columns) = (whole.shape[0], whole.shape[1])
    return rows <= columns
      ? (whole, DoubleMatrix(identity: rows).tensor)
      : (DoubleMatrix(identity: columns).tensor, whole.transposed())
  }

  /// The Kronecker product of both factors as a sum of rank-one maps, those of one term of the second factor
  /// one after the other.
  ///
  /// - Parameter matrices: by the names of `shapes`.
  /// - Returns: A, [k₂ k₁, in], B, [k₂ k₁, out], and k₁; nil where a matrix is missing.
  func factors(
    _ matrices: [String: Tensor]
  ) -> (directions: Tensor, basis: Tensor, dimension: Int)? {
    guard let (inner, outer) = terms("lokr_w1", matrices),
      let (innerLow, outerLow) = terms("lokr_w2", matrices)
    else { return nil }
    func product(_ first: Tensor, _ second: Tensor) -> Tensor {
      let (k1, m) = (first.shape[0], first.shape[1])
      let (k2, n) = (second.shape[0], second.shape[1])
      return (first.reshaped([1, k1, m, 1]) * second.reshaped([k2, 1, 1, n]))
        .reshaped([k2 * k1, m * n])
    }
    return (product(inner, innerLow), product(outer, outerLow), inner.shape[0])
  }
}
