import Checkpoints
import PETL

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
      throw DiagnosticError(problem, hints: ["choose a multiple of \(configuration.patchSize)"])
    }
    return target
  }

  /// The frozen network.
  ///
  /// - Parameters:
  ///   - imageSize: the side of the images in pixels, a multiple of the patch; when it is not the
  ///     weights' own, the position embeddings are resampled as timm does (bicubic, antialias) and
  ///     `notes` says so.
  ///   - dropPath: the last block's drop-path while training.
  /// - Returns: a network without parameters of its own.
  /// - Throws: `DiagnosticError` when a tensor cannot be read or the size does not fit.
  public func network(imageSize: Int? = nil, dropPath: Double = 0) throws -> ViT {
    let target = try configuration(imageSize: imageSize)
    var tensors: [String: Tensor] = [:]
    for entry in file.entries {
      tensors[entry.name] = Tensor(try file.floats(entry.name), shape: entry.shape)
    }
    var notes: [String] = []
    if target.gridSize != configuration.gridSize, let positions = tensors["pos_embed"] {
      tensors["pos_embed"] = resampled(positions, to: target)
      let (from, to) = (configuration.gridSize, target.gridSize)
      notes.append(
        "position embeddings resampled from \(from)×\(from) to \(to)×\(to) (bicubic, antialias) "
          + "for images of \(target.imageSize) px")
    }
    let head = tensors["head.weight"].flatMap { w in tensors["head.bias"].map { (w, $0) } }
    let weights = WeightProvider(areTrained: false) { name, shape in
      tensors[name] ?? .zeros(shape)
    }
    return ViT(
      target, weights: weights, dropPath: dropPath,
      normalizesAfterPooling: normalizesAfterPooling, pretrainedHead: head, notes: notes)
  }

  private func resampled(_ positions: Tensor, to target: ViTConfiguration) -> Tensor {
    let width = configuration.width
    let prefix = configuration.hasClassToken ? 1 : 0
    let values = positions.values
    let grid = resampleBicubicAntialiased(
      Array(values[(prefix * width)...]), height: configuration.gridSize,
      width: configuration.gridSize, channels: width, to: (target.gridSize, target.gridSize))
    return Tensor(
      Array(values[..<(prefix * width)]) + grid, shape: [1, target.tokens, width])
  }
}
