import PETL

extension ViT {
  var blockCount: Int { blocks.count }

  /// The embedding and the blocks before the first that an adapter or drop-path changes.
  public func frozenPrefix(adapters: AdapterSet, isTraining: Bool) -> FrozenPrefix? {
    guard parameters.isEmpty, adapters[.embedding, 0] == nil else { return nil }
    let adapted = adapters.entries.map(\.site.layer).min() ?? blocks.count
    let random = isTraining ? blocks.firstIndex(where: \.isRandom) ?? blocks.count : blocks.count
    let length = min(adapted, random)
    let isWhole = length == blocks.count
    return FrozenPrefix(
      blocks: length, isWhole: isWhole, shape: isWhole ? [width] : [tokens, width])
  }
}
