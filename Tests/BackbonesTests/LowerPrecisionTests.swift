import Checkpoints
import Datasets
import LoRA
import PETL
import TestSupport
import Testing

@testable import Backbones

@Suite("Lower precision")
struct LowerPrecisionTests {
  private let checkpoint: ViTCheckpoint
  private let images: Tensor
  private let labels: [Int]

  init() throws {
    let bytes = try #require(EmbeddedData.bytes(named: "vit-micro"))
    checkpoint = try ViTCheckpoint(SafetensorsFile(bytes: bytes, name: "vit-micro"))
    let side = checkpoint.configuration.imageSize
    let set = try #require(Dataset.embedded(named: "digits").train?.pixels)
      .selecting(0..<32).resized(height: side, width: side)
    images = Tensor(
      set.batch(Array(0..<32), normalization: .inception), shape: [32, side, side, 3])
    labels = set.labels
  }

  @Test(
    "features, and gradients of adapters, are near those of single precision, not equal",
    arguments: [(FrozenPrecision.mixed, 0.02), (.int8, 0.05)])
  func nearSingle(precision: FrozenPrecision, most: Double) throws {
    let (single, lower) = (try step(.single), try step(precision))
    for (a, b) in zip(single, lower) {
      let length = a.values.reduce(0.0) { $0 + Double($1 * $1) }.squareRoot()
      let distance = zip(a.values, b.values)
        .reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }.squareRoot()
      // A number in bfloat16 is up to 1/256 off, one of 8 bits 1/254 of the largest; a sum of many averages that out.
      #expect(distance < most * length, "\(distance / length)")
      #expect(distance > 1e-5 * length, "\(distance / length)")
    }
  }

  /// The features of a batch, and the gradients of LoRA's parameters after B was moved off zero.
  private func step(_ precision: FrozenPrecision) throws -> [Tensor] {
    let network = try checkpoint.network(precision: precision)
    let sites = network.sites.filter { $0.kind == .query || $0.kind == .value }
    let adapters = try AdapterSet(
      sites: sites, generator: RandomGenerator(seed: 1)
    ) { site, generator in
      try LoRA(site: site, options: LoRAOptions { $0.rank = 4 }, generator: generator)
    }
    var stream = RandomGenerator(seed: 2)
    for (name, parameter) in adapters.parameters where name.hasSuffix("lora_B") {
      parameter.update(to: stream.normal(parameter.value.count, deviation: 0.02))
    }
    let head = Tensor(
      stream.normal(10 * network.width, deviation: 0.1), shape: [10, network.width])
    let pass = ForwardPass(over: labels.count, isTraining: true)
    let features = network.features(images, adapters: adapters, pass: pass)
    let gradients = features.linear(weight: head).crossEntropy(labels).backward()
    return [features] + adapters.parameters.compactMap { gradients[$0.parameter.value] }
  }
}
