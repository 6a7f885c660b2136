import PETL

/// A backbone of blocks one after another, each with the tokens of the one before: what comes before the first adapter is
/// then computed once.
protocol BlockwiseBackbone: Backbone {
  /// How many blocks there are.
  var blockCount: Int { get }
  /// The images as tokens, [images, tokens, width].
  func embedded(_ images: Tensor, _ adapters: AdapterSet, _ pass: ForwardPass) -> Tensor
  /// The tokens after some blocks, from those before them.
  func stream(
    from x: consuming Tensor, through range: Range<Int>, adapters: AdapterSet, pass: ForwardPass
  ) -> Tensor
  /// The features, [images, width], from the tokens after the last block.
  func pooled(_ x: Tensor, _ adapters: AdapterSet, _ pass: ForwardPass) -> Tensor
}

extension BlockwiseBackbone {
  /// The tokens after the prefix, [images, tokens, width], or the features.
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
        from: activations, through: prefix.blocks..<blockCount, adapters: adapters, pass: pass),
      adapters, pass)
  }
}
