import PETL

extension Recipe {
  /// Says in the recipe, and in the one that is stored, into how many shards a batch is cut.
  ///
  /// - Parameter count: 1 … 4096.
  package mutating func record(microShards count: Int) {
    microShards = count
    resolved = resolved.without("micro_shards")
    guard case .mapping(let entries) = resolved.value else { return }
    let place =
      entries.lastIndex { ["batch_size", "micro_batch_size"].contains($0.key) }
      .map { $0 + 1 } ?? entries.endIndex
    let entry = ConfigurationNode.Entry(
      writing: "micro_shards", ConfigurationNode(plain: "\(count)"))
    resolved = ConfigurationNode(
      .mapping(entries[..<place] + [entry] + entries[place...]), span: resolved.span)
  }
}
