import Tensors
import TestSupport

extension Fixture.Case {
  /// Runs the operation of `text_operations.json` that the case names; nil where it is another.
  func ofTexts(_ x: [Tensor]) -> Tensor? {
    switch operation {
    case "rmsNorm": x[0].rmsNorm(weight: x[1], eps: number("eps"), addsOne: flag("one"))
    case "rotated":
      (x[0] * 1).rotated(
        by: RotaryAngles(frequencies: numbers["frequencies"] ?? []), starts: integers("starts"))
    case "groupedAttention":
      Tensor.attention(
        query: x[0], key: x[1], value: x[2], lengths: integers("lengths"),
        AttentionScope(
          heads: integer("heads"), keyValueHeads: integer("shared"), isCausal: flag("causal"),
          window: flag("window") ? integer("window") : nil))
    case "distanceAttention":
      Tensor.attention(
        query: x[0], key: x[1], value: x[2], keyTable: flag("keys") ? x[3] : nil,
        queryTable: flag("queries") ? x[x.count - 1] : nil, lengths: integers("lengths"),
        DistanceScope(
          heads: integer("heads"), scale: number("scale"), rows: integers("rows")))
    case "gated": x[0].gated(by: x[1], function)
    case "gatedFeedForward":
      x[0].gatedFeedForward(
        gate: DenseFrozenMap(weight: x[1], bias: nil), up: DenseFrozenMap(weight: x[2], bias: nil),
        down: DenseFrozenMap(weight: x[3], bias: nil), function)
    case "vocabularyLoss":
      x[0].vocabularyLoss(
        head: DenseFrozenMap(weight: x[1], bias: nil),
        targets: integers("targets").map { $0 < 0 ? nil : $0 }, dividingBy: number("count"))
    default: nil
    }
  }

  private var function: GateFunction { flag("tanh") ? .geluTanh : .silu }

  /// How far its results may be off: rounding, and what one feed-forward branch adds up.
  var toleranceOfTexts: Tolerance? {
    switch operation {
    case "rmsNorm", "rotated", "gated": Tolerance(1e-6, 1e-6)
    case "groupedAttention", "distanceAttention", "gatedFeedForward", "vocabularyLoss":
      Tolerance(4e-6, 2e-6)
    default: nil
    }
  }
}
