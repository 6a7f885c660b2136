import PETL

/// CLIP's loss (Radford et al., arXiv 2103.00020, figure 3): InfoNCE in both directions.
enum ContrastiveLoss {
  /// The mean cross-entropy of finding the own text of each image and the own image of each text.
  ///
  /// Another image's caption counts as wrong even where it says the same, as in CLIP.
  ///
  /// - Parameters:
  ///   - images: [pairs, length], each of length 1.
  ///   - texts: of the same shape; row i belongs to image i.
  ///   - logitScale: ln of what cosines are multiplied by, [1].
  /// - Returns: a scalar.
  static func value(images: Tensor, texts: Tensor, logitScale: Tensor) -> Tensor {
    value(of: logits(images: images, texts: texts, logitScale: logitScale))
  }

  /// The similarity of each image to each text, [pairs, pairs].
  static func logits(images: Tensor, texts: Tensor, logitScale: Tensor) -> Tensor {
    require(
      images.rank == 2 && images.shape == texts.shape,
      "\(images.shape) and \(texts.shape) are not pairs of embeddings.")
    return images.matmul(texts, transposingOther: true) * logitScale.exp()
  }

  /// The loss of similarities, [pairs, pairs].
  static func value(of logits: Tensor) -> Tensor {
    let own = Array(0..<logits.shape[0])
    return (logits.crossEntropy(own) + logits.transposed().crossEntropy(own)).scaled(by: 0.5)
  }
}
