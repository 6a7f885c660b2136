/// What is added to the scores of attention before the softmax: a mask, or relative positions.
///
/// Constant: it is laid out once, as the kernels read it, and gets no gradient. One that is to be
/// trained is added to the scores with plain operations instead.
package struct AttentionBias {
  /// How many biases there are; image i has number i modulo them.
  package let groups: Int
  /// How many heads there are, or 1 for all.
  package let heads: Int
  /// How many tokens there are.
  package let tokens: Int
  /// The length of a head that the values were divided for.
  let headWidth: Int
  /// How many floats a row takes: the tokens, filled up to whole vectors.
  let rowStride: Int
  /// [groups, heads, keys, rowStride], times √(width of a head): the kernels scale the sum.
  let values: Tensor

  /// Lays a bias out.
  ///
  /// - Parameters:
  ///   - bias: [groups, heads or 1, tokens, tokens], a row for each query; −∞ hides a key, but at least
  ///     one key of each query stays.
  ///   - headWidth: the length of a head's query.
  package init(_ bias: Tensor, headWidth: Int) {
    require(
      bias.rank == 4 && bias.shape[2] == bias.shape[3] && headWidth > 0 && bias.count > 0,
      "\(bias.shape) is not [groups, heads, tokens, tokens].")
    (groups, heads, tokens) = (bias.shape[0], bias.shape[1], bias.shape[2])
    self.headWidth = headWidth
    rowStride = (tokens + 15) / 16 * 16
    let factor = Float(headWidth).squareRoot()
    let source = bias.values
    var laid = [Float](repeating: 0, count: groups * heads * tokens * rowStride)
    for matrix in 0..<groups * heads {
      for key in 0..<tokens {
        let row = (matrix * tokens + key) * rowStride
        for query in 0..<tokens {
          laid[row + query] = source[(matrix * tokens + query) * tokens + key] * factor
        }
      }
    }
    values = Tensor(laid)
  }

  /// The mask that lets a token see itself and those before it.
  package static func causal(tokens: Int, headWidth: Int) -> AttentionBias {
    let mask = (0..<tokens * tokens).map { $0 % tokens > $0 / tokens ? -Float.infinity : 0 }
    return AttentionBias(Tensor(mask, shape: [1, 1, tokens, tokens]), headWidth: headWidth)
  }

  /// Where the matrix of a head of an image begins.
  func offset(image: Int, head: Int) -> Int {
    (image % groups * heads + (heads == 1 ? 0 : head)) * tokens * rowStride
  }

  /// Traps unless the bias fits.
  func check(images: Int, heads: Int, tokens: Int, width: Int) {
    require(
      images % groups == 0 && (self.heads == 1 || self.heads == heads) && self.tokens == tokens
        && headWidth * heads == width,
      "A bias of [\(groups), \(self.heads), \(self.tokens), \(self.tokens)] for heads of "
        + "\(headWidth) does not fit \(images) images of \(tokens) tokens with \(heads) heads.")
  }
}
