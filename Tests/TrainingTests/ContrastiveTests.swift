import Checkpoints
import Foundation
import PETL
import TestSupport
import Testing

@testable import Networks
@testable import Training

@Suite("Contrastive loss and recalls")
struct ContrastiveTests {
  /// Value and gradients of PyTorch in double precision (Tests/Fixtures/make_clip.py).
  @Test("The loss is PyTorch's, with its gradients")
  func golden() throws {
    let file = try SafetensorsFile(fixture: "clip/golden.safetensors")
    func tensor(_ name: String) throws -> Tensor { try file.tensor("loss.\(name)") }
    let names = ["images", "texts", "scale"]
    let parameters = try names.map { Parameter($0, try tensor($0)) }
    let loss = ContrastiveLoss.value(
      images: parameters[0].value.normalizedRows(), texts: parameters[1].value.normalizedRows(),
      logitScale: parameters[2].value)
    #expect(abs(loss.item - (try tensor("value").values[0])) < 1e-6)
    let gradients = loss.backward()
    for (name, parameter) in zip(names, parameters) {
      let found = try #require(gradients[parameter.value])
      let wanted = try tensor("\(name).gradient")
      let distance = (found - wanted).squaredNorm.squareRoot()
      #expect(distance < 1e-5 * max(1, wanted.squaredNorm.squareRoot()), "\(name)")
    }
  }

  @Test("The gradients are those of finite differences")
  func finiteDifferences() {
    var generator = RandomGenerator(seed: 4)
    let images = Tensor(generator.normal(12), shape: [4, 3])
    let texts = Tensor(generator.normal(12), shape: [4, 3])
    let scale = Tensor([Float(1.2)])
    func loss(_ x: [Tensor]) -> Tensor {
      ContrastiveLoss.value(
        images: x[0].normalizedRows(), texts: x[1].normalizedRows(), logitScale: x[2])
    }
    let start = [images, texts, scale]
    let leaves = start.map { $0.differentiable() }
    let gradients = loss(leaves).backward()
    let step: Float = 1e-2
    for (index, leaf) in leaves.enumerated() {
      let found = gradients[leaf]?.values ?? []
      for position in 0..<leaf.count {
        func shifted(_ by: Float) -> Float {
          var values = start[index].values
          values[position] += by
          var moved = start
          moved[index] = Tensor(values, shape: leaf.shape)
          return loss(moved).item
        }
        let slope = (shifted(step) - shifted(-step)) / (2 * step)
        #expect(abs(slope - found[position]) < 2e-3, "\(index) \(position)")
      }
    }
  }

  @Test("The scale stays between 1 and 100; rows of zeros stay")
  func limits() {
    for (value, expected) in [(Float(-1), Float(0)), (9, Float(log(100.0))), (2, 2)] {
      let scale = LogitScaleGeometry().settled(Tensor([value]))
      #expect(scale.values == [expected])
    }
    let rows = Tensor([3, 4, 0, 0], shape: [2, 2]).normalizedRows().values
    #expect(abs(rows[0] - 0.6) < 1e-6)
    #expect(abs(rows[1] - 0.8) < 1e-6)
    #expect(rows[2...] == [0, 0])
  }

  /// Three images on the axes; captions of image 0: near image 1 and near image 0; of 1: near 2; of 2: near 2.
  @Test("Recalls count the best of several captions")
  func recalls() {
    let images = Tensor([1, 0, 0, 0, 1, 0, 0, 0, 1], shape: [3, 3])
    let texts = Tensor(
      [0.1, 0.9, 0.2, 0.8, 0.1, 0, 0, 0.3, 0.7, 0.05, 0, 0.95], shape: [4, 3]
    ).normalizedRows()
    let recalls = Recalls(images: images, texts: texts, owners: [0, 0, 1, 2])
    // Image 0 finds its second caption first; image 1 has caption 0 before its own; image 2 is right.
    #expect(abs(recalls.imageToText.at1 - 2.0 / 3) < 1e-12)
    #expect(recalls.imageToText.at5 == 1)
    #expect(recalls.imageToText.at10 == 1)
    // Captions 1 and 3 find their images first.
    #expect(recalls.textToImage.at1 == 0.5)
    #expect(recalls.textToImage.at5 == 1)
    #expect(abs(recalls.sum - 100 * (2.0 / 3 + 2 + 0.5 + 2)) < 1e-9)
  }

  @Test("What is not a number finds nothing, and equal features find by chance")
  func degenerate() {
    let ones = Tensor([Float](repeating: 1, count: 40), shape: [20, 2]).normalizedRows()
    let equal = Recalls(images: ones, texts: ones, owners: Array(0..<20))
    #expect(equal.imageToText.at1 == 0.05)
    #expect(equal.textToImage.at10 == 0.5)
    let none = Tensor([Float](repeating: .nan, count: 40), shape: [20, 2])
    #expect(Recalls(images: none, texts: none, owners: Array(0..<20)).sum == 0)
  }

  @Test("Recalls are written with their sum and read again")
  func coding() throws {
    let ones = Tensor([1, 0, 0, 1], shape: [2, 2])
    let recalls = Recalls(images: ones, texts: ones, owners: [0, 1])
    let data = try JSONEncoder().encode(recalls)
    #expect(String(decoding: data, as: UTF8.self).contains("\"sum\":600"))
    #expect(try JSONDecoder().decode(Recalls.self, from: data) == recalls)
  }
}
