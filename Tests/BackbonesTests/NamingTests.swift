import Checkpoints
import Foundation
import PETL
import TestSupport
import Testing

@testable import Backbones

/// Against the libraries themselves, in double precision (Tests/Fixtures/make_namings.py).
@Suite("Weights under every library's names")
struct NamingTests {
  private let golden: SafetensorsFile

  init() throws {
    golden = try SafetensorsFile(fixture: "namings/golden.safetensors")
  }

  @Test(
    "give that library's features and logits",
    arguments: [
      ("dinov2", "timm"), ("dinov2-registers", "timm"), ("registers", "timm"),
      ("no-qkv-bias", "timm"), ("timm-clip", "timm"), ("hf-vit", "hf-vit"),
      ("hf-vit-v5", "hf-vit-v5"), ("hf-vit-bare", "hf-vit"), ("hf-dinov2", "hf-dinov2"),
      ("hf-dinov2-registers", "hf-dinov2"), ("hf-clip", "hf-clip"), ("hf-clip-vision", "hf-clip"),
      ("open-clip", "open-clip"), ("jax-npz", "jax-npz"), ("big-vision-npz", "big-vision-npz"),
      ("swin", "swin"), ("swin-original", "swin-original"), ("hf-swin", "hf-swin"),
    ])
  func features(_ folder: String, _ naming: String) throws {
    let checkpoint = try open(folder, heads: folder.contains("swin") ? nil : 3)
    #expect(checkpoint.naming.id == naming)
    let network = try checkpoint.frozen()
    let images = try golden.tensor("images.\(network.imageSize)")
    let features = network.plainFeatures(images)
    #expect(relativeDistance(features, try golden.tensor("\(folder).features")) < 1e-5)
    if let head = network.pretrainedHead {
      let logits = features.linear(weight: head.weight, bias: head.bias)
      #expect(relativeDistance(logits, try golden.tensor("\(folder).logits")) < 1e-5)
    } else {
      #expect(golden.entry("\(folder).logits") == nil)
    }
  }

  @Test("take heads, ε, activation and labels from the folder's description")
  func description() throws {
    let vit = try #require(open("hf-vit") as? ViTCheckpoint)
    #expect(vit.configuration.epsilon == 1e-3)
    #expect(vit.configuration.heads == 3)
    #expect(vit.labels == ["class 0", "class 1", "class 2", "class 3", "class 4"])
    #expect(vit.configuration.activation == .gelu)
    let clip = try #require(open("hf-clip") as? ViTCheckpoint)
    #expect(clip.configuration.epsilon == 1e-5)
    #expect(clip.configuration.activation == .quickGELU)
    let vision = try #require(open("hf-clip-vision") as? ViTCheckpoint)
    #expect(vision.configuration.activation == .gelu)
    let openCLIP = try #require(open("open-clip", heads: 3) as? ViTCheckpoint)
    #expect(openCLIP.configuration.activation == .quickGELU)
    let timm = try #require(open("timm-clip", heads: 3) as? ViTCheckpoint)
    #expect(timm.configuration.activation == .quickGELU)
    #expect(timm.configuration.epsilon == 1e-5)
    // The archives of JAX show their heads.
    let jax = try #require(open("jax-npz") as? ViTCheckpoint)
    #expect(jax.configuration.heads == 3)
  }

  @Test("say what they leave aside")
  func notes() throws {
    let clip = try open("hf-clip").frozen().notes.words
    #expect(
      clip == [
        "left aside, no part of the network: the text tower (logit_scale and 21 more)"
      ])
    #expect(
      try open("hf-vit-bare").frozen().notes.words == [
        "left aside, no part of the network: the pooler, which no head uses (pooler.dense.bias and 1 more)"
      ])
    #expect(try open("hf-vit").frozen().notes.words == [])
  }

  @Test("say which activation was taken where nothing tells")
  func unknownActivation() throws {
    let file = try SafetensorsFile(fixture: "namings/timm-clip/model.safetensors")
    let note = try openBackbone(file, facts: BackboneFacts(heads: 3)).frozen().notes.words
    try #require(note.count == 1)
    #expect(note[0].contains("gelu is taken; OpenAI's CLIP has quick-gelu"))
    let told = BackboneFacts(heads: 3, activation: .quickGELU)
    #expect(try openBackbone(file, facts: told).frozen().notes.words == [])
  }

  @Test(
    "are complained of by their own names",
    arguments: [
      (
        "hf-vit", "vit.encoder.layer.1.attention.attention.key.weight",
        "tensor 'vit.encoder.layer.1.attention.attention.key.weight' is missing\n  expected [24, 24]"
      ),
      (
        "jax-npz", "Transformer/encoderblock_0/MultiHeadDotProductAttention_1/out/kernel",
        "out/kernel' is missing\n  expected [3, 8, 24]"
      ),
      (
        "open-clip", "visual.transformer.resblocks.0.attn.in_proj_bias",
        "tensor 'visual.transformer.resblocks.1.attn.in_proj_bias' is unexpected"
      ),
      (
        "swin", "layers.1.blocks.0.attn.relative_position_bias_table",
        "layers.1.blocks.0.norm1.weight' is unexpected"
      ),
      (
        "hf-swin", "swin.encoder.layers.0.downsample.norm.bias",
        "tensor 'swin.encoder.layers.0.downsample.norm.bias' is missing\n  expected [48]"
      ),
    ])
  func missing(_ folder: String, _ tensor: String, _ sentence: String) throws {
    let file = try store(folder)
    let kept = file.entries.filter { $0.name != tensor }
    #expect(kept.count == file.entries.count - 1)
    let records = try kept.map {
      TensorRecord.float32($0.name, shape: $0.shape, try file.floats($0.name))
    }
    let rest = try SafetensorsFile(
      bytes: SafetensorsWriter.data(records, metadata: [:]), name: "w.safetensors")
    let facts = BackboneFacts(heads: folder.contains("swin") ? nil : 3)
    let text = complaint { try openBackbone(rest, facts: facts) }
    #expect(text.contains(sentence))
  }

  @Test("write a tensor back as they read it")
  func layouts() {
    let cases: [(TensorLayout, [Int])] = [
      (.same, [2, 3]), (.squeezed, [1, 4, 3]), (.transposed, [4, 3]), (.kernel, [4, 3, 2, 2]),
      (.toHeads, [6, 5]), (.fromHeads, [5, 6]), (.headBias, [6]),
    ]
    for (layout, shape) in cases {
      let values = (0..<shape.reduce(1, *)).map(Float.init)
      let stored = layout.stored(shape, heads: 2)
      #expect(stored.count == layout.storedRank(shape.count))
      #expect(layout.own(stored, rank: shape.count) == shape)
      #expect(layout.read(layout.write(values, shape: shape), shape: shape) == values)
    }
  }

  private func file(_ folder: String) throws -> WeightFile {
    let isArchive = folder.hasSuffix("npz")
    return try WeightFile(path: fixture("namings/\(folder)\(isArchive ? "/ViT.npz" : "")"))
  }

  private func store(_ folder: String) throws -> any WeightStore {
    try file(folder).store
  }

  private func open(_ folder: String, heads: Int? = nil) throws -> any BackboneCheckpoint {
    let file = try file(folder)
    return try openBackbone(
      file.store, facts: BackboneFacts(heads: heads),
      description: file.description.map { try NetworkDescription(path: $0) })
  }
}

extension BackboneCheckpoint {
  /// The network as it is.
  func frozen() throws -> any Backbone {
    try backbone(imageSize: nil, dropPath: 0, precision: .single) { _ in false }
  }
}

extension Backbone {
  /// Features without adapters.
  func plainFeatures(_ images: Tensor) -> Tensor {
    features(images, adapters: .none, pass: ForwardPass(over: images.shape[0]))
  }
}
