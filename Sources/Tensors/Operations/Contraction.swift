extension Tensor {
  /// Products of tensors summed over some of their axes, each axis named by a letter, as NumPy's `einsum`.
  ///
  /// `"ij,kj->ik"` is A Bᵀ, `"bij,bjk,bkl->bil"` a product of three batches, `"ij->j"` a sum, `"bij->bji"` a
  /// transpose. Two tensors are one batched matrix product; more are taken from the left.
  ///
  /// - Parameters:
  ///   - subscripts: the letters of each tensor's axes with commas between them, `->`, and those of the
  ///     result. A letter stands at most once in a tensor and has one length in all of them; those that the
  ///     result lacks are summed over.
  ///   - operands: as many as there are groups of letters.
  /// - Returns: a tensor with the result's axes.
  public static func contracted(_ subscripts: String, _ operands: Tensor...) -> Tensor {
    let sides = subscripts.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    require(
      sides.count == 2 && sides[1].first == ">",
      "'\(subscripts)' does not say the result's axes after '->'.")
    let result = Array(sides[1].dropFirst())
    let groups = sides[0].split(separator: ",", omittingEmptySubsequences: false).map(Array.init)
    require(
      groups.count == operands.count,
      "'\(subscripts)' is of \(groups.count) tensors, not of \(operands.count).")
    let named = zip(operands, groups).map { NamedAxes($0, $1, of: subscripts) }
    var lengths: [Character: Int] = [:]
    for operand in named {
      for (letter, length) in zip(operand.letters, operand.tensor.shape) {
        require(
          lengths.updateValue(length, forKey: letter) ?? length == length,
          "Axis '\(letter)' of '\(subscripts)' has several lengths in \(operands.map(\.shape)).")
      }
    }
    require(
      Set(result).count == result.count && result.allSatisfy { lengths[$0] != nil },
      "The result of '\(subscripts)' has an axis twice, or one that no tensor has.")
    var product = named[0]
    for (index, next) in named.enumerated().dropFirst() {
      // What the result or a later tensor still needs.
      let wanted = Set(result).union(groups[(index + 1)...].joined())
      product = product.times(next, keeping: wanted)
    }
    return product.summed(keeping: Set(result)).arranged(result).tensor
  }
}

/// A tensor with a letter for each axis.
private struct NamedAxes {
  let tensor: Tensor
  let letters: [Character]

  init(_ tensor: Tensor, _ letters: [Character]) { (self.tensor, self.letters) = (tensor, letters) }

  init(_ tensor: Tensor, _ letters: [Character], of subscripts: String) {
    require(
      letters.count == tensor.rank && letters.allSatisfy(\.isLetter),
      "'\(String(letters))' of '\(subscripts)' does not name the axes of shape \(tensor.shape).")
    require(
      Set(letters).count == letters.count,
      "A letter stands twice in '\(String(letters))' of '\(subscripts)'.")
    self.init(tensor, letters)
  }

  /// Summed over the axes that nobody wants.
  func summed(keeping wanted: Set<Character>) -> NamedAxes {
    let axes = letters.indices.filter { !wanted.contains(letters[$0]) }
    if axes.isEmpty { return self }
    return NamedAxes(tensor.sum(over: axes), letters.filter(wanted.contains))
  }

  /// The axes in another order.
  func arranged(_ order: [Character]) -> NamedAxes {
    if order == letters { return self }
    return NamedAxes(
      tensor.transposed(order.map { letter in letters.firstIndex(of: letter) ?? 0 }), order)
  }

  /// The product, summed over the axes that both have and nobody wants.
  func times(_ other: NamedAxes, keeping wanted: Set<Character>) -> NamedAxes {
    let a = summed(keeping: wanted.union(other.letters))
    let b = other.summed(keeping: wanted.union(letters))
    let shared = a.letters.filter(b.letters.contains)
    let batch = shared.filter(wanted.contains)
    let inner = shared.filter { !wanted.contains($0) }
    let left = a.letters.filter { !shared.contains($0) }
    let right = b.letters.filter { !shared.contains($0) }
    let lengths = Dictionary(
      zip(a.letters + b.letters, a.tensor.shape + b.tensor.shape),
      uniquingKeysWith: { first, _ in
        first
      })
    func count(_ letters: [Character]) -> Int { letters.reduce(1) { $0 * (lengths[$1] ?? 1) } }
    func matrices(_ x: NamedAxes, _ outer: [Character]) -> (Tensor, isTransposed: Bool) {
      // The order in memory decides which way round the product reads it.
      let isTransposed = x.letters == batch + inner + outer
      let order = isTransposed ? batch + inner + outer : batch + outer + inner
      let (rows, columns) = isTransposed ? (inner, outer) : (outer, inner)
      let shape = (batch.isEmpty ? [] : [count(batch)]) + [count(rows), count(columns)]
      return (x.arranged(order).tensor.reshaped(shape), isTransposed)
    }
    let (x, y) = (matrices(a, left), matrices(b, right))
    let product = x.0.matmul(
      y.0, transposingSelf: x.isTransposed, transposingOther: !y.isTransposed)
    let letters = batch + left + right
    return NamedAxes(product.reshaped(letters.map { lengths[$0] ?? 1 }), letters)
  }
}
