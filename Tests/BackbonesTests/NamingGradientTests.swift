import Checkpoints
import LoRA
import PETL
import TestSupport
import Testing

@testable import Backbones

/// Against PyTorch in double precision (Tests/Fixtures/make_namings.py).
@Suite("Variants of networks, trained")
struct NamingGradientTests {
  @Test(
    "have PyTorch's gradient of every weight", arguments: ["swin", "dinov2-registers", "timm-clip"])
  func allWeights(_ name: String) throws {
    let (checkpoint, images, golden) = try open(name)
    let network = try checkpoint.backbone(imageSize: nil, dropPath: 0, precision: .single) { _ in
      true
    }
    let head = try #require(network.pretrainedHead)
    let features = network.features(
      images, adapters: .none, pass: ForwardPass(over: images.shape[0], isTraining: true))
    let loss = features.linear(weight: head.weight, bias: head.bias)
      .crossEntropy(Array(0..<images.shape[0]))
    #expect(abs(loss.item / (try golden.floats("loss")[0]) - 1) < 1e-5)
    let gradients = loss.backward()
    // All but the loss and the head's two.
    #expect(network.parameters.count == golden.entries.count - 3)
    for (name, parameter) in network.parameters {
      let gradient = try #require(gradients[parameter.value], "\(name)")
      let difference = relativeDistance(gradient, try golden.tensor(name))
      #expect(difference < 2e-5, "\(name)")
    }
  }

  /// The frozen network's kernels against the trained one's plain operations.
  @Test(
    "give adapters the same output and gradients whether frozen or not",
    arguments: ["swin", "dinov2-registers", "timm-clip"])
  func adapters(_ name: String) throws {
    let (checkpoint, images, _) = try open(name)
    let linear = try checkpoint.sites(imageSize: nil).filter(\.kind.isLinear)
    let adapters = try AdapterSet(sites: linear, generator: RandomGenerator(seed: 2)) {
      let adapter = try LoRA(site: $0, options: LoRAOptions { $0.rank = 2 }, generator: $1)
      var stream = $1.split("start")
      for parameter in adapter.parameters {
        let noise = stream.normal(parameter.value.count, deviation: 0.2)
        parameter.update(to: noise)
      }
      return adapter
    }
    let results = try [false, true].map { isTrained in
      let network = try checkpoint.backbone(imageSize: nil, dropPath: 0, precision: .single) { _ in
        isTrained
      }
      let pass = ForwardPass(over: images.shape[0], isTraining: true)
      let features = network.features(images, adapters: adapters, pass: pass)
      #expect(pass.subspaces.count == linear.count)
      return (features, features.squared().sum().backward())
    }
    #expect(relativeDistance(results[0].0, results[1].0) < 1e-5)
    for (name, parameter) in adapters.parameters {
      let (frozen, trained) = (results[0].1[parameter.value], results[1].1[parameter.value])
      let difference = relativeDistance(try #require(frozen), try #require(trained))
      #expect(difference < 2e-5, "\(name)")
    }
  }

  @Test("of Swin take a window at least, and no prompts")
  func swinSizes() throws {
    let checkpoint = try open("swin").0
    let text = complaint { try checkpoint.sites(imageSize: 24) }
    #expect(text.contains("windows of 4 tokens in every stage\n  choose a multiple of 32"))
    let small = complaint { try checkpoint.sites(imageSize: 16) }
    #expect(small.contains("images of 16 px are smaller than the last window"))
    let sites = try checkpoint.sites(imageSize: 64)
    #expect(!sites.contains { $0.kind == .tokens })
    #expect(Set(sites.map(\.layer)) == [0, 1, 2, 3, 4])
    #expect(sites.last?.outputWidth == 48)
    #expect(sites.first?.outputWidth == 12)
    let network = try checkpoint.backbone(imageSize: 64, dropPath: 0, precision: .single) { _ in
      false
    }
    #expect(network.plainFeatures(.ones([2, 64, 64, 3])).shape == [2, 48])
  }

  private func open(
    _ name: String
  ) throws -> (any BackboneCheckpoint, images: Tensor, gradients: SafetensorsFile) {
    let file = try SafetensorsFile(fixture: "namings/\(name)/model.safetensors")
    let isSwin = name == "swin"
    let facts = BackboneFacts(
      heads: isSwin ? nil : 3, activation: name == "timm-clip" ? .quickGELU : nil)
    return (
      try openBackbone(file, facts: facts),
      try SafetensorsFile(fixture: "namings/golden.safetensors").tensor(
        "images.\(isSwin ? 32 : 24)"),
      try SafetensorsFile(fixture: "namings/\(name)/gradients.safetensors")
    )
  }
}
