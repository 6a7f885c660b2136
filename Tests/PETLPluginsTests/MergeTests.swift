import Backbones
import Checkpoints
import Foundation
import PETL
import PETLPlugins
import Recipes
import TestSupport
import Testing
import Training

@testable import AdapterFiles
@testable import Networks

/// Adapters in the weights of small networks (Tests/Fixtures/make_vit.py, make_namings.py).
@Suite("An adapter merged into weights")
struct MergeTests {
  /// An adapter with options that fit width 24, and where it goes.
  struct Candidate: Sendable, CustomTestStringConvertible {
    let options: String
    var testDescription: String { options }
  }

  static let linear = [
    "{type: lora, rank: 3, sites: [query, value, output, fc1, fc2]}", "{type: dora, rank: 3}",
    "{type: vera, rank: 6}", "{type: lorta, rank: 3}", "{type: lsr, rank: 4, terms: 3}",
    "{type: polar, rank: 4}", "{type: stella, rank: 4}", "{type: aoft, rank: 5}",
    "{type: hta, rank: 2}", "{type: repadapter, rank: 4}", "{type: arc, rank: 4}", "{type: ssf}",
    "{type: houlsby, rank: 3, activation: none}", "{type: loha, rank: 3}",
    "{type: lokr, rank: 2, sites: [query, fc1]}", "{type: lokr, rank: 1, decompose_both: true}",
    "{type: delora, rank: 3, sites: [query, fc2]}",
    "{type: randlora, rank: 7, sites: [value, fc1, fc2]}", "{type: miss, rank: 7}",
    "{type: gralora, rank: 4, hybrid_r: 2, sites: [query, fc1]}",
    "{type: lora-xs, rank: 4, sites: [query, fc1]}",
    "{type: vb-lora, rank: 3, num_vectors: 6, vector_length: 4}",
    "{type: lora, rank: 3, start: pissa, sites: [query, fc1]}",
    "{type: lora, rank: 4, start: orthogonal, lora_fa: plain}",
    "{type: adalora, init_r: 4, target_r: 2}", "{type: fact-tt, rank: 3}",
    "{type: fact-tk, rank: 3}", "{type: compacter, rank: 4, activation: none}", "{type: rlrr}",
    "{type: consolidator, groups: [4], shuffle: true}", "{type: bi-lora, rank: 4}",
    "{type: oft, oft_block_size: 4, sites: [query, value, fc2]}",
    "{type: oft, oft_block_size: 8, use_cayley_neumann: false}",
    "{type: boft, boft_block_size: 2, boft_n_butterfly_factor: 2}", "{type: hra, r: 4}",
    "{type: ia3}", "{type: road, group_size: 8, sites: [query, output, fc2]}",
    "{type: fourierft, n_frequency: 20}", "{type: c3a, block_size: 4, init_weights: gaussian}",
    "{type: kadaptation, phm_dim: 4}",
  ].map(Candidate.init)

  @Test("is the same function: whatever is linear, in timm's weights", arguments: linear)
  func everyAdapter(_ candidate: Candidate) throws {
    try check(candidate.options, "vit/token.safetensors")
  }

  @Test(
    "is the same function under every library's names",
    arguments: [
      "namings/hf-vit", "namings/jax-npz/ViT.npz", "namings/big-vision-npz/ViT.npz",
      "namings/hf-clip", "namings/open-clip", "namings/dinov2-registers", "namings/hf-dinov2",
      "namings/swin", "namings/swin-original", "namings/hf-swin", "namings/hf-vit-v5",
    ])
  func everyNaming(_ weights: String) throws {
    try check("{type: lora, rank: 3, sites: [query, value, output, fc1, fc2]}", weights)
  }

  @Test("leaves every other tensor as it is, and names, shapes and types of all")
  func onlyWhatChanges() throws {
    let base = try SafetensorsFile(path: fixture("vit/token-bf16.safetensors"))
    let (checkpoint, adapters, _) = try open(
      "{type: lora, rank: 3}", "vit/token-bf16.safetensors")
    let merge = try WeightMerge(adapters, into: checkpoint)
    #expect(merge.changed == ["blocks.0.attn.qkv.weight", "blocks.1.attn.qkv.weight"])
    let file = try SafetensorsFile(bytes: merge.data(), name: "merged")
    #expect(file.entries.map(\.name) == base.entries.map(\.name))
    // The heads were said beside the file, which does not show them.
    #expect(file.metadata == base.metadata.merging(["heads": "3"]) { _, own in own })
    for entry in base.entries {
      let other = try #require(file.entry(entry.name))
      #expect(other.type == entry.type)
      #expect(other.shape == entry.shape)
      let isEqual = try file.bytes(entry.name) == base.bytes(entry.name)
      #expect(isEqual == !merge.changed.contains(entry.name))
    }
    // The rows of the keys are untouched.
    let rows = 24 * 24
    let (a, b) = try (base.floats(merge.changed[0]), file.floats(merge.changed[0]))
    #expect(Array(a[rows..<2 * rows]) == Array(b[rows..<2 * rows]))
    #expect(Array(a[..<rows]) != Array(b[..<rows]))
  }

  @Test("and taken out again gives the weights back up to rounding")
  func removal() throws {
    let path = "vit/token.safetensors"
    let (checkpoint, adapters, _) = try open("{type: lora, rank: 3}", path)
    let merged = try SafetensorsFile(
      bytes: WeightMerge(adapters, into: checkpoint).data(), name: "merged")
    let again = try SafetensorsFile(
      bytes: WeightMerge(
        adapters, into: openBackbone(merged, facts: BackboneFacts(heads: 3)), direction: .unmerge
      ).data(), name: "base")
    let base = try SafetensorsFile(path: fixture(path))
    for entry in base.entries {
      let difference =
        zip(try base.floats(entry.name), try again.floats(entry.name))
        .map { abs($0 - $1) }.max() ?? 0
      #expect(difference < 1e-6, "\(entry.name)")
    }
  }

  @Test(
    "is refused when it is not linear, or no weight could hold it",
    arguments: [
      ("{type: adaptformer, rank: 4}", "it is not linear, so no weight is equal to it"),
      ("{type: vpt, prompts: 3}", "prompts are tokens of their own"),
      ("{type: adapter-plus, rank: 4, activation: none}", "it works on the residual stream"),
      ("{type: convpass, rank: 4}", "it is not linear, so no weight is equal to it"),
    ])
  func refusals(_ adapter: String, _ reason: String) throws {
    let (checkpoint, adapters, _) = try open(adapter, "vit/token.safetensors")
    let text = complaint { _ = try WeightMerge(adapters, into: checkpoint) }
    #expect(text.contains("cannot be merged: \(reason)"))
  }

  @Test("is not taken out when it was multiplied in, or depends on the weights")
  func refusedRemovals() throws {
    for (adapter, reason) in [
      ("{type: ssf}", "was multiplied into the weights, not added"),
      ("{type: dora, rank: 3}", "depends on the weights from before it was merged"),
    ] {
      let (checkpoint, adapters, _) = try open(adapter, "vit/token.safetensors")
      let text = complaint {
        _ = try WeightMerge(adapters, into: checkpoint, direction: .unmerge)
      }
      #expect(text.contains(reason))
    }
  }

  @Test("writes nothing when a number is not finite, or too large for half precision")
  func notFinite() throws {
    let (checkpoint, adapters, _) = try open("{type: lora, rank: 3}", "vit/token.safetensors")
    let first = try #require(adapters.parameters.first).parameter
    first.update(to: [Float](repeating: .infinity, count: first.value.count))
    let text = complaint { _ = try WeightMerge(adapters, into: checkpoint) }
    #expect(text.contains("'blocks.0.attn.qkv.weight' would hold numbers that are not finite"))
    let half = try open("{type: lora, rank: 3}", "vit/token-f16.safetensors")
    let large = try #require(half.1.parameters.first).parameter
    large.update(to: [Float](repeating: 1e9, count: large.value.count))
    let overflow = complaint { _ = try WeightMerge(half.1, into: half.0).data() }
    #expect(overflow.contains("'blocks.0.attn.qkv.weight' would overflow F16"))
  }

  private func check(_ adapter: String, _ weights: String) throws {
    let (checkpoint, adapters, network) = try open(adapter, weights)
    let merge = try WeightMerge(adapters, into: checkpoint)
    let file = try SafetensorsFile(bytes: merge.data(), name: "merged")
    let plain = try openBackbone(
      file, facts: facts(checkpoint), description: nil
    ).backbone(imageSize: nil, dropPath: 0, precision: .single) { _ in false }
    let side = network.imageSize
    var stream = RandomGenerator(seed: 5)
    let images = Tensor(stream.normal(2 * side * side * 3), shape: [2, side, side, 3])
    func features(_ network: any Backbone, _ adapters: AdapterSet) -> [Float] {
      let pass = ForwardPass(
        isTraining: false, images: 2, generator: RandomGenerator(seed: 0))
      return network.features(images, adapters: adapters, pass: pass).values
    }
    let (beside, merged, base) = (
      features(network, adapters), features(plain, .none), features(network, .none)
    )
    let size = beside.map(abs).max() ?? 1
    let difference = zip(beside, merged).map { abs($0 - $1) }.max() ?? 0
    let change = zip(beside, base).map { abs($0 - $1) }.max() ?? 0
    #expect(difference < 1e-5 * size)
    // Otherwise nothing would have been tested.
    #expect(change > 1e-2 * size)
  }

  private func facts(_ checkpoint: any BackboneCheckpoint) -> BackboneFacts {
    guard let own = (checkpoint as? ViTCheckpoint)?.configuration else {
      return BackboneFacts(epsilon: (checkpoint as? SwinCheckpoint)?.configuration.epsilon)
    }
    return BackboneFacts(heads: own.heads, epsilon: own.epsilon, activation: own.activation)
  }

  /// Weights, and an adapter on them with random values.
  private func open(
    _ adapter: String, _ weights: String
  ) throws -> (any BackboneCheckpoint, AdapterSet, any Backbone) {
    let heads = weights.contains("swin") ? "" : ", heads: 3"
    let recipe = try Recipe(
      text: """
        backbone: {weights: "\(fixture(weights))"\(heads)}
        data: {type: embedded, name: digits}
        adapter: \(adapter)
        """, registry: .builtIn())
    let checkpoint = try recipe.backbone.opened()
    let network = try checkpoint.backbone(imageSize: nil, dropPath: 0, precision: .single) { _ in
      false
    }
    let method = try #require(recipe.adapter)
    let sites = network.sites.filter { method.sites.contains($0.kind) }
    let adapters = try AdapterSet(method.tuning, at: sites, generator: RandomGenerator(seed: 1))
    network.bind(adapters)
    var stream = RandomGenerator(seed: 2)
    for (_, parameter) in adapters.parameters
    where parameter.geometry.distance(of: parameter.value) == nil {
      let noise = stream.normal(parameter.value.count, deviation: 0.1)
      parameter.update(to: zip(parameter.value.values, noise).map { $0 + $1 })
    }
    return (checkpoint, adapters, network)
  }
}
