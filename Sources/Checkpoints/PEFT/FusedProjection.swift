import PETL

/// The one LoRA on a fused `qkv` map that equals separate LoRAs on its query, key and value parts.
///
/// Where all parts have the same A, so has the fused map, and the B's stand one below the other. Otherwise
/// A' stacks the A's, [Σr, inputs]; B' holds each B in its own rows and columns, [3·width, Σr], and
/// zeros elsewhere. The scaling stays the same, so alpha' is the scaling times Σr; a part whose
/// scaling differs from the first one's (the first that is not zero) has the quotient folded into its B.
///
/// - Parameters:
///   - query: Factors on the query rows, if adapted.
///   - key: Factors on the key rows, if adapted.
///   - value: Factors on the value rows, if adapted.
///   - width: The number of inputs, and of outputs of each part.
///   - rslora: Whether scalings are alpha / √rank.
/// - Returns: A' and B' with their rank and alpha.
/// - Throws: `DiagnosticError` if all are absent, or the values of one do not fit rank and width.
public func peftBlockLoRA(
  query: LowRankFactors?, key: LowRankFactors?, value: LowRankFactors?, width: Int,
  rslora: Bool = false
) throws -> LowRankFactors {
  let parts = [query, key, value]
  let present = parts.compactMap { $0 }
  guard let first = present.first(where: { $0.alpha != 0 }) ?? present.first else {
    throw DiagnosticError("none of query, key and value is adapted, so there is nothing to fuse")
  }
  for (part, name) in zip(parts, ["query", "key", "value"]) {
    guard let part else { continue }
    try part.check(name, inputs: width, outputs: width)
  }
  if let shared = sharedFactors(parts, first, width: width) { return shared }
  let rank = present.reduce(0) { $0 + $1.rank }
  var b = [Float](repeating: 0, count: 3 * width * rank)
  var column = 0
  for (index, part) in parts.enumerated() {
    guard let part else { continue }
    let quotient = Float(first.scalingQuotient(to: part, rslora: rslora))
    for row in 0..<width {
      for inner in 0..<part.rank {
        b[(index * width + row) * rank + column + inner] =
          part.b[row * part.rank + inner] * quotient
      }
    }
    column += part.rank
  }
  return LowRankFactors(
    a: present.flatMap(\.a), b: b, rank: rank, alpha: first.alpha(forRank: rank, rslora: rslora))
}

/// The fused LoRA of parts that share A, rank and scaling bit for bit; nil for others.
private func sharedFactors(
  _ parts: [LowRankFactors?], _ first: LowRankFactors, width: Int
) -> LowRankFactors? {
  let present = parts.compactMap { $0 }
  let isShared = present.allSatisfy {
    $0.a == first.a && $0.rank == first.rank && $0.alpha == first.alpha
  }
  guard present.count > 1, isShared else { return nil }
  let rows = parts.flatMap {
    $0?.b ?? [Float](repeating: 0, count: width * first.rank)
  }
  return LowRankFactors(a: first.a, b: rows, rank: first.rank, alpha: first.alpha)
}
