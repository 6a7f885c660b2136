import PETL

extension Swin {
  var blockCount: Int { configuration.depth }

  /// The embedding and the blocks before the first that an adapter or drop-path changes, with the merging of tokens
  /// behind the last of them.
  public func frozenPrefix(adapters: AdapterSet, isTraining: Bool) -> FrozenPrefix? {
    guard parameters.isEmpty, adapters[.embedding, 0] == nil else { return nil }
    let depth = configuration.depth
    let adapted = adapters.entries.map(\.site.layer).min() ?? depth
    let random = isTraining ? firstRandomBlock ?? depth : depth
    let length = min(adapted, random)
    guard length < depth else { return FrozenPrefix(blocks: depth, isWhole: true, shape: [width]) }
    let stage = configuration.layers[length].stage
    let side = configuration.grid(stage)
    return FrozenPrefix(
      blocks: length, isWhole: false, shape: [side * side, configuration.width(stage)])
  }
}
