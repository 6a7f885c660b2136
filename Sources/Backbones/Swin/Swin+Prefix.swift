import PETL

extension Swin {
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

  /// The tokens before the first block that is left, [images, tokens, width], or the features.
  public func activations(of images: Tensor, after prefix: FrozenPrefix) -> Tensor {
    // Nothing in a prefix is random or adapted.
    let pass = ForwardPass(
      isTraining: false, images: images.shape.first ?? 0, generator: RandomGenerator(seed: 0),
      recordsSubspaces: false)
    let x = stream(
      from: embedded(images, .none, pass), through: 0..<prefix.blocks, adapters: .none, pass: pass)
    return prefix.isWhole ? pooled(x, .none, pass) : x
  }

  /// The features of images whose prefix was computed before.
  public func features(
    from activations: Tensor, after prefix: FrozenPrefix, adapters: AdapterSet, pass: ForwardPass
  ) -> Tensor {
    require(
      activations.shape == [pass.images] + prefix.shape,
      "Activations of shape \(activations.shape) do not fit \(pass.images) images after \(prefix).")
    if prefix.isWhole { return activations }
    return pooled(
      stream(
        from: activations, through: prefix.blocks..<configuration.depth, adapters: adapters,
        pass: pass),
      adapters, pass)
  }
}
