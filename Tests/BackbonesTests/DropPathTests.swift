import Checkpoints
import PETL
import TestSupport
import Testing

@testable import Backbones

@Suite("Drop-path")
struct DropPathTests {
  private let file: SafetensorsFile
  private let images: Tensor

  init() throws {
    file = try SafetensorsFile(fixture: "vit/token.safetensors")
    images = try SafetensorsFile(fixture: "vit/golden.safetensors").tensor("images.24")
      .gathered((0..<24).map { $0 % 3 })
  }

  @Test("grows linearly with the layer, as in timm")
  func rates() throws {
    let expected = try SafetensorsFile(fixture: "vit/golden.safetensors").floats("drop_path")
    let rates = (0..<5).map { Float(DropPath(ofLayer: $0, depth: 5, last: 0.3).rate) }
    let difference = distance(rates, expected)
    #expect(difference < 1e-7)
    #expect(DropPath(ofLayer: 0, depth: 1, last: 0.3).rate == 0)
  }

  @Test("drops the share of images that it should, by stream, and keeps the mean")
  func factors() throws {
    let path = DropPath(ofLayer: 1, depth: 2, last: 0.25)
    let pass = ForwardPass(over: 40_000, isTraining: true, seed: 8)
    let factors = try #require(path.factors(layer: 1, branch: "mlp", pass: pass))
    #expect(Set(factors) == [0, 1 / Float(0.75)])
    let dropped = Float(factors.filter { $0 == 0 }.count) / 40_000
    #expect(abs(dropped - 0.25) < 0.01)
    let again = path.factors(
      layer: 1, branch: "mlp", pass: ForwardPass(over: 40_000, isTraining: true, seed: 8))
    #expect(again == factors)
    let otherBranch = path.factors(layer: 1, branch: "attention", pass: pass)
    let otherLayer = path.factors(layer: 2, branch: "mlp", pass: pass)
    let otherSeed = path.factors(
      layer: 1, branch: "mlp", pass: ForwardPass(over: 40_000, isTraining: true, seed: 9))
    #expect(otherBranch != factors)
    #expect(otherLayer != factors)
    #expect(otherSeed != factors)
  }

  @Test("is the identity outside of training")
  func evaluation() throws {
    let plain = try ViTCheckpoint(file).network()
    let dropping = try ViTCheckpoint(file).network(dropPath: 0.5)
    let pass = ForwardPass(over: 24)
    let expected = plain.features(images, adapters: .none, pass: pass).values
    #expect(dropping.features(images, adapters: .none, pass: pass).values == expected)
    let training = ForwardPass(over: 24, isTraining: true)
    #expect(plain.features(images, adapters: .none, pass: training).values == expected)
    #expect(dropping.features(images, adapters: .none, pass: training).values != expected)
  }

  @Test("leaves out or doubles the branches of the images that the stream says")
  func branches() throws {
    let network = try ViTCheckpoint(file).network(dropPath: 0.5)
    let pass = ForwardPass(over: 24, isTraining: true, seed: 10)
    let features = network.features(images, adapters: .none, pass: pass)
    let path = DropPath(ofLayer: 1, depth: 2, last: 0.5)
    let attention = try #require(path.factors(layer: 1, branch: "attention", pass: pass))
    let mlp = try #require(path.factors(layer: 1, branch: "mlp", pass: pass))
    var seen: Set<[Float]> = []
    for image in 0..<24 {
      let one = images.sliced(axis: 0, image..<image + 1)
      let scaled = try scaledNetwork(attention: attention[image], mlp: mlp[image])
      let expected = scaled.features(one, adapters: .none, pass: ForwardPass(over: 1))
      let difference = relativeDistance(features.sliced(axis: 0, image..<image + 1), expected)
      #expect(difference < 1e-5)
      seen.insert([attention[image], mlp[image]])
    }
    #expect(seen.count == 4)
  }

  /// The network with the last maps of the second block's branches scaled.
  private func scaledNetwork(attention: Float, mlp: Float) throws -> ViT {
    var values: [String: Tensor] = [:]
    for entry in file.entries {
      var value = try file.tensor(entry.name)
      if entry.name.hasPrefix("blocks.1.attn.proj") { value = value.scaled(by: attention) }
      if entry.name.hasPrefix("blocks.1.mlp.fc2") { value = value.scaled(by: mlp) }
      values[entry.name] = value
    }
    let weights = WeightProvider() { name, shape in
      values[name] ?? .zeros(shape)
    }
    return ViT(try ViTCheckpoint(file).configuration, weights: weights, dropPath: 0)
  }
}
