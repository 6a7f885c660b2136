import Tensors
import TestSupport

extension Differentiable {
  /// The operations of language models.
  static let texts: [Differentiable] = [
    .init("RMS norm", [2, 3, 19], [19], shift: 0.3) { $0[0].rmsNorm(weight: $0[1], eps: 1e-5) },
    .init("RMS norm of 1 + w", [3, 33], [33]) {
      $0[0].rmsNorm(weight: $0[1], eps: 1e-5, addsOne: true)
    },
    .init("RMS norm, adapted", [5, 19], [19], [3, 19]) {
      $0[0].rmsNorm(weight: $0[1], eps: 1e-5).projected(onto: $0[2])
    },
    .init("rotation", [2, 3, 20]) {
      // The leaf itself is not to be turned in place.
      ($0[0] * 1).rotated(by: RotaryAngles(frequencies: [1, 0.5, 0.1, 0.02, 3]), starts: [0, 6])
    },
    .init("grouped attention", [2, 7, 24], [2, 7, 8], [2, 7, 8]) {
      Tensor.attention(
        query: $0[0], key: $0[1], value: $0[2], lengths: [7, 4],
        AttentionScope(heads: 6, keyValueHeads: 2, isCausal: true))
    },
    .init("attention in a window", [1, 9, 12], [1, 9, 6], [1, 9, 6]) {
      Tensor.attention(
        query: $0[0], key: $0[1], value: $0[2], lengths: [9],
        AttentionScope(heads: 2, keyValueHeads: 1, isCausal: true, window: 4, scale: 0.7))
    },
    .init("attention without a mask", [3, 5, 15], [3, 5, 15], [3, 5, 15]) {
      Tensor.attention(
        query: $0[0], key: $0[1], value: $0[2], lengths: [2, 5, 1],
        AttentionScope(heads: 3, isCausal: false))
    },
    .init("attention by distances", [3, 5, 6], [3, 5, 6], [3, 5, 6], [7, 6], [7, 6]) {
      Tensor.attention(
        query: $0[0], key: $0[1], value: $0[2], keyTable: $0[3], queryTable: $0[4],
        lengths: [2, 5, 1],
        DistanceScope(heads: 3, scale: 0.4, rows: [0, 1, 1, 2, 3, 4, 5, 5, 6]))
    },
    .init("attention by the distances of keys", [1, 4, 5], [1, 4, 5], [1, 4, 5], [4, 5]) {
      Tensor.attention(
        query: $0[0], key: $0[1], value: $0[2], keyTable: nil, queryTable: $0[3], lengths: [4],
        DistanceScope(heads: 1, scale: 0.7, rows: [0, 0, 1, 2, 2, 3, 3]))
    },
    .init("gate", [37], [37]) { $0[0].gated(by: $0[1], .silu) },
    .init("gate by tanh", [37], [37]) { $0[0].gated(by: $0[1], .geluTanh) },
    .init("gated feed-forward", [2, 5, 7], [2, 5, 4]) {
      $0[0].gatedFeedForward(
        gate: map(13, 7, 1), up: map(13, 7, 2), down: map(4, 13, 3), .silu, addedTo: $0[1])
    },
    .init("vocabulary loss", [2, 3, 7]) {
      $0[0].vocabularyLoss(
        head: map(19, 7, 4), targets: [3, nil, 18, 0, nil, 7], dividingBy: 3) * 2
    },
  ]

  private static func map(_ outputs: Int, _ inputs: Int, _ seed: UInt64) -> DenseFrozenMap {
    DenseFrozenMap(weight: sample([outputs, inputs], seed, deviation: 0.5), bias: nil)
  }
}
