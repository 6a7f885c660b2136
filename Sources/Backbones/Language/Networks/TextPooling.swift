public import PETL

/// What a text's one vector is made of.
public enum TextPooling: String, Sendable, CaseIterable {
  /// The mean of its tokens, as sentence-transformers does it.
  case mean
  /// Its first token, [CLS] of an encoder.
  case first
  /// Its last token, of a decoder.
  case last
}

extension TokenBatch {
  /// One vector for each text, of its tokens alone.
  ///
  /// - Parameters:
  ///   - hidden: [count, length, width].
  ///   - pooling: what it is made of.
  /// - Returns: [count, width].
  public func pooled(_ hidden: Tensor, by pooling: TextPooling) -> Tensor {
    require(
      hidden.rank == 3 && hidden.shape[0] == count && hidden.shape[1] == length,
      "\(hidden.shape) is not [\(count), \(length), width].")
    let rows = hidden.reshaped([-1, hidden.shape[2]])
    switch pooling {
    case .first: return rows.gathered((0..<count).map { $0 * length })
    case .last: return rows.gathered(lengths.enumerated().map { $0 * length + $1 - 1 })
    case .mean:
      let shares = lengths.flatMap { own in (0..<length).map { $0 < own ? 1 / Float(own) : 0 } }
      return Tensor(shares, shape: [count, 1, length]).matmul(hidden)
        .reshaped([count, hidden.shape[2]])
    }
  }
}
