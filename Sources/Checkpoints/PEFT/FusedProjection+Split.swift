import PETL

/// The separate LoRAs of query, key and value that one LoRA on their fused map equals: the inverse of
/// `peftBlockLoRA`.
///
/// Each part takes the columns of B' that are not zero in its rows, with their rows of A'; a part
/// without any is absent. A column that is zero everywhere goes with the one before it. A LoRA trained
/// on the fused map itself has no zero blocks: each part then gets all of A', which is exact too. An
/// untrained one, all of B' zero, is taken for such a LoRA.
///
/// - Parameters:
///   - fused: Factors on the fused map.
///   - width: The number of inputs, and a third of the outputs.
///   - rslora: Whether scalings are alpha / √rank.
/// - Returns: The factors of each part that is adapted.
/// - Throws: `DiagnosticError` if the values do not fit rank and width.
public func splitting(
  _ fused: LowRankFactors, width: Int, rslora: Bool = false
) throws -> ProjectionFactors {
  try fused.check("qkv", inputs: width, outputs: 3 * width)
  let owners = columnOwners(fused, width: width)
  let parts = (0..<3).map { part -> LowRankFactors? in
    let columns = owners.indices.filter { owners[$0].contains(part) }
    guard !columns.isEmpty else { return nil }
    let rows = part * width..<(part + 1) * width
    return LowRankFactors(
      a: columns.flatMap { fused.a[$0 * width..<($0 + 1) * width] },
      b: rows.flatMap { row in columns.map { fused.b[row * fused.rank + $0] } },
      rank: columns.count, alpha: fused.alpha(forRank: columns.count, rslora: rslora))
  }
  return ProjectionFactors(query: parts[0], key: parts[1], value: parts[2])
}

/// For each column of B' the parts, 0 to 2, in whose rows it is not zero.
private func columnOwners(_ fused: LowRankFactors, width: Int) -> [Set<Int>] {
  var owners = [Set<Int>](repeating: [], count: fused.rank)
  for part in 0..<3 {
    let rows = part * width..<(part + 1) * width
    for column in 0..<fused.rank
    where rows.contains(where: { fused.b[$0 * fused.rank + column] != 0 }) {
      owners[column].insert(part)
    }
  }
  var last = owners.first { !$0.isEmpty } ?? [0, 1, 2]
  for column in owners.indices {
    if owners[column].isEmpty { owners[column] = last }
    last = owners[column]
  }
  return owners
}
