/// The angles by which rotary positions (Su et al., arXiv 2104.09864) turn the pairs of a head, for every
/// position that was asked for.
///
/// Position p turns pair i by p fᵢ: the product is rounded to 32 bits before its cosine is taken, as
/// PyTorch does it.
package final class RotaryAngles {
  /// fᵢ, one for each pair: half of a head's width.
  package let frequencies: [Float]
  private var table = Tensor.zeros([0, 0])

  /// Takes the frequencies of the pairs.
  package init(frequencies: [Float]) { self.frequencies = frequencies }

  /// The cosines and sines of at least so many positions, [positions, 2 · pairs].
  func table(upTo positions: Int) -> Tensor {
    if positions <= table.shape[0] { return table }
    let count = max(positions, 2 * table.shape[0])
    var values: [Float] = []
    values.reserveCapacity(count * 2 * frequencies.count)
    for position in 0..<count {
      let angles = frequencies.map { Double(Float(position) * $0) }
      values += angles.map { Float(cosine($0)) }
      values += angles.map { Float(sine($0)) }
    }
    table = Tensor(values, shape: [count, 2 * frequencies.count])
    return table
  }
}

extension Tensor {
  /// Every head turned by its token's position, in this tensor's memory where nobody else holds it.
  ///
  /// The pairs of a head are an element of its first half and the one as far into the second.
  ///
  /// - Parameters:
  ///   - angles: of heads whose width divides this tensor's.
  ///   - starts: the position of each text's first token; 0 for all where nothing is said.
  /// - Returns: the same shape. This tensor is [texts, tokens, heads · width].
  package consuming func rotated(by angles: RotaryAngles, starts: [Int]? = nil) -> Tensor {
    let width = 2 * angles.frequencies.count
    var x = self
    require(
      x.rank == 3 && width > 0 && x.shape[2] % width == 0,
      "\(x.shape) is not [texts, tokens, heads · \(width)].")
    let (texts, length) = (x.shape[0], x.shape[1])
    let starts = starts ?? Array(repeating: 0, count: texts)
    require(starts.count == texts, "\(starts.count) positions for \(texts) texts.")
    let table = angles.table(upTo: (starts.max() ?? 0) + length)
    let y = isKnownUniquelyReferenced(&x.storage) ? x.detached() : Tensor(uninitialized: x.shape)
    Kernels.rotate(x, texts: texts, starts: starts, sign: 1, angles: table, into: y)
    return .operation(y, [x.node]) { [node = x.node] dy, sink in
      let dx = Tensor(uninitialized: dy.shape)
      Kernels.rotate(dy, texts: texts, starts: starts, sign: -1, angles: table, into: dx)
      sink.add(dx, to: node)
    }
  }
}
