import Backbones
import Checkpoints
import Foundation
import PETL
import TestSupport
import Testing

extension ViT {
  /// Features without adapters, and the logits of the head that came with the weights.
  func outputs(_ images: Tensor) throws -> (features: Tensor, logits: Tensor) {
    let head = try #require(pretrainedHead)
    let pass = ForwardPass(over: images.shape[0])
    let features = features(images, adapters: .none, pass: pass)
    return (features, features.linear(weight: head.weight, bias: head.bias))
  }
}
