import Checkpoints
public import PETL

extension ViTCheckpoint {
  /// The sizes at an image size; that of the weights when it is nil.
  ///
  /// - Parameter imageSize: the side of the images in pixels.
  /// - Returns: the same network for those images.
  /// - Throws: `DiagnosticError` when the patches do not divide it.
  public func configuration(imageSize: Int?) throws -> ViTConfiguration {
    var target = configuration
    target.imageSize = imageSize ?? configuration.imageSize
    if let problem = target.problems.first {
      throw DiagnosticError(
        problem,
        hints: ["choose a multiple of \(configuration.patchSize)"])
    }
    return target
  }

  /// The tensors of the network at an image size.
  ///
  /// - Parameter imageSize: the side of the images in pixels; that of the weights when nil.
  /// - Returns: names and shapes.
  /// - Throws: `DiagnosticError` when the patches do not divide it.
  public func weights(imageSize: Int?) throws -> [BackboneWeight] {
    try configuration(imageSize: imageSize).weights(
      normalizingAfterPooling: normalizesAfterPooling)
  }

  /// The places that an adapter can be attached to.
  public func sites(imageSize: Int?) throws -> [AdaptationSite] {
    try configuration(imageSize: imageSize).sites
  }

  /// The network as `network` gives it.
  public func backbone(
    imageSize: Int?, dropPath: Double, precision: FrozenPrecision,
    training: @escaping (BackboneWeight) -> Bool
  ) throws -> any Backbone {
    try network(
      imageSize: imageSize, dropPath: dropPath, precision: precision, training: training)
  }

  /// The network, frozen or with some of its weights trained.
  ///
  /// - Parameters:
  ///   - imageSize: the side of the images in pixels, a multiple of the patch; when it is not the
  ///     weights' own, the position embeddings are resampled as the library of the names does and
  ///     `notes` says so.
  ///   - dropPath: the last block's drop-path while training.
  ///   - precision: of frozen linear maps.
  ///   - training: whether a weight becomes a parameter of the network; none by default.
  /// - Returns: the network at that size.
  /// - Throws: `DiagnosticError` when a tensor cannot be read or the size does not fit.
  public func network(
    imageSize: Int? = nil, dropPath: Double = 0, precision: FrozenPrecision = .single,
    training: @escaping (BackboneWeight) -> Bool = { _ in false }
  ) throws -> ViT {
    let target = try configuration(imageSize: imageSize)
    var notes = notes
    if target.gridSize != configuration.gridSize {
      notes.append(
        Note(
          positions.note(
            registers: configuration.registers, from: configuration.gridSize, to: target.gridSize,
            imageSize: target.imageSize)))
    }
    // One tensor at a time: what is packed is not kept beside its packing.
    var failure: (any Error)?
    let weights = WeightProvider(precision: precision, training: training) { name, shape in
      do {
        return try tensor(name, shape, for: target)
      } catch {
        failure = failure ?? error
        return .zeros(shape)
      }
    }
    let head = try classes.map { classes in
      let shape = [classes, configuration.width]
      let bias = try tensors.floats("head.bias", shape: [classes])
      return (
        weight: Tensor(try tensors.floats("head.weight", shape: shape) ?? [], shape: shape),
        bias: bias.map { Tensor($0) } ?? .zeros([classes])
      )
    }
    let network = ViT(
      target, weights: weights, dropPath: dropPath,
      normalizesAfterPooling: normalizesAfterPooling, pretrainedHead: head, notes: notes)
    if let failure { throw failure }
    BufferPool.trim()
    return network
  }

  /// A tensor of the file at the size of `target`.
  private func tensor(
    _ name: String, _ shape: [Int], for target: ViTConfiguration
  ) throws -> Tensor {
    let own = name == "pos_embed" ? [1, configuration.positions, configuration.width] : shape
    guard let values = try tensors.floats(name, shape: own) else {
      throw DiagnosticError("\(tensors.store.name): tensor '\(name)' is missing")
    }
    let value = Tensor(values, shape: own)
    return own == shape ? value : resampled(value, to: target)
  }

  private func resampled(_ positions: Tensor, to target: ViTConfiguration) -> Tensor {
    let width = configuration.width
    let prefix = configuration.prefixTokens - configuration.unpositioned
    let values = positions.values
    let grid = self.positions.resampled(
      Array(values[(prefix * width)...]), registers: configuration.registers,
      from: configuration.gridSize, to: target.gridSize, width: width)
    return Tensor(
      Array(values[..<(prefix * width)]) + grid, shape: [1, target.positions, width])
  }
}
