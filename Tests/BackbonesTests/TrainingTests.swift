import Backbones
import Checkpoints
import Datasets
import Foundation
import PETL
import TestSupport
import Testing

/// Against PyTorch in double precision (Tests/Fixtures/make_training.py).
@Suite("Training LoRA and a head is PyTorch's")
struct TrainingTests {
  /// B at the start, and whether R_l is in the loss.
  static let variants = [
    "zero.plain", "zero.regularized", "small.plain", "small.regularized",
  ]

  @Test(
    "on a small network, in every loss, the first gradients and what is left",
    arguments: variants)
  func small(_ variant: String) throws {
    let golden = try SafetensorsFile(fixture: "training/small.safetensors")
    let run = try run(
      ViTCheckpoint(SafetensorsFile(fixture: "vit/token.safetensors")).network(), golden, variant)
    let images = try golden.tensor("images")
    let labels = try golden.integers("labels")
    let first = try check(run, golden, variant) { step in
      let rows = Array((step % 5 * 4)..<(step % 5 * 4 + 4))
      return (images.gathered(rows), rows.map { labels[$0] })
    }
    for (index, (name, parameter)) in run.parameters.enumerated() {
      let gradient = try golden.tensor("\(variant).gradients.\(name)")
      let final = try golden.tensor("\(variant).finals.\(name)")
      let gradientDistance = relativeDistance(first[index], gradient)
      let finalDistance = relativeDistance(parameter.value, final)
      #expect(gradientDistance < 1e-4, "\(name)")
      #expect(finalDistance < 1e-3, "\(name)")
    }
  }

  @Test(
    "with real weights and images", .enabled(if: RealData.isPresent, RealData.absence),
    arguments: ["zero.plain", "small.regularized"])
  func real(_ variant: String) throws {
    let golden = try SafetensorsFile(fixture: "training/real.safetensors")
    let checkpoint = try ViTCheckpoint(SafetensorsFile(path: RealData.weights))
    let run = try run(checkpoint.network(imageSize: 112), golden, variant)
    let (images, labels) = try realImages(.train, 0..<160, size: 112)
    let first = try check(run, golden, variant) { step in
      let rows = 8 * step..<8 * step + 8
      return (images.sliced(axis: 0, rows), Array(labels[rows]))
    }
    for (index, (name, parameter)) in run.parameters.enumerated() {
      let gradient = try golden.floats("\(variant).gradients.\(name)")
      let final = try golden.floats("\(variant).finals.\(name)")
      // The products with waves add up errors with random signs: a few times the norm's own.
      let gradientDistance = distance(sketch(first[index]), gradient) / max(gradient[0], 1e-20)
      let finalDistance = distance(sketch(parameter.value), final) / final[0]
      #expect(gradientDistance < 4e-4, "\(name)")
      #expect(finalDistance < 4e-3, "\(name)")
    }
  }

  private func run(
    _ network: ViT, _ golden: SafetensorsFile, _ variant: String
  ) throws -> TrainingRun {
    try TrainingRun(
      network, from: golden, hasSmallBasis: variant.hasPrefix("small"),
      isRegularized: variant.hasSuffix("regularized"))
  }

  /// Takes all steps and compares the losses; gives the gradients of the first step.
  private func check(
    _ run: TrainingRun, _ golden: SafetensorsFile, _ variant: String,
    batch: (Int) -> (Tensor, [Int])
  ) throws -> [Tensor] {
    let tasks = try golden.floats("\(variant).tasks")
    let totals = try golden.floats("\(variant).totals")
    var first: [Tensor] = []
    for step in tasks.indices {
      let (images, labels) = batch(step)
      let result = run.takeStep(images, labels)
      if step == 0 { first = result.gradients }
      let task = abs(result.task / tasks[step] - 1)
      let total = abs(result.total / totals[step] - 1)
      #expect(task < 1e-4, "step \(step)")
      #expect(total < 1e-4, "step \(step)")
    }
    return first
  }

  /// The norm of a tensor and its product with two waves, as in make_training.py.
  private func sketch(_ x: Tensor) -> [Float] {
    var sums = (0.0, 0.0, 0.0)
    for (index, value) in x.values.enumerated() {
      let value = Double(value)
      sums.0 += value * value
      sums.1 += value * cos(0.37 * Double(index))
      sums.2 += value * cos(0.91 * Double(index) + 1)
    }
    return [Float(sums.0.squareRoot()), Float(sums.1), Float(sums.2)]
  }
}
