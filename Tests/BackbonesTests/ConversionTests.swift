import Checkpoints
import PETL
import TestSupport
import Testing

@testable import Backbones

@Suite("Weights under another library's names")
struct ConversionTests {
  @Test(
    "are of the same network",
    arguments: [
      ("hf-vit", ["timm", "hf-vit-v5", "jax-npz", "big-vision-npz"]),
      ("jax-npz", ["timm", "hf-vit"]), ("open-clip", ["hf-clip", "timm"]),
      ("hf-clip", ["open-clip", "timm"]), ("timm-clip", ["open-clip"]),
      ("dinov2", ["timm", "open-clip"]), ("hf-dinov2-registers", ["timm", "hf-dinov2"]),
      ("dinov2-registers", ["timm"]), ("registers", ["timm"]), ("hf-dinov2", ["timm"]),
      ("swin", ["swin-original", "hf-swin"]), ("hf-swin", ["swin"]),
    ])
  func sameNetwork(_ source: String, _ targets: [String]) throws {
    let (checkpoint, facts) = try open(source)
    let network = try checkpoint.frozen()
    let images = try SafetensorsFile(fixture: "namings/golden.safetensors").tensor(
      "images.\(network.imageSize)")
    let expected = network.plainFeatures(images)
    for name in targets {
      // timm's CLIP has a head with a bias, open_clip a projection without one.
      if source == "timm-clip" {
        let text = complaint { try ConvertedWeights(checkpoint, to: .openCLIP) }
        #expect(text.contains("have no place for 'head.bias' [5]"))
        continue
      }
      if source == "dinov2" && name == "open-clip" {
        let text = complaint { try ConvertedWeights(checkpoint, to: .openCLIP) }
        #expect(text.contains("have no place for 'patch_embed.proj.bias' [24]"))
        continue
      }
      let target = try #require((WeightNaming.all + WeightNaming.swins).first { $0.id == name })
      let converted = try ConvertedWeights(checkpoint, to: target)
      let file = try SafetensorsFile(
        bytes: SafetensorsWriter.data(converted.records, metadata: [:]), name: name)
      var told = facts
      if let vit = (checkpoint as? ViTCheckpoint)?.configuration {
        told = BackboneFacts(
          heads: vit.heads, epsilon: vit.epsilon, activation: vit.activation)
      } else if let swin = (checkpoint as? SwinCheckpoint)?.configuration {
        told.epsilon = swin.epsilon
      }
      let again = try openBackbone(file, facts: told)
      #expect(again.naming.id == name)
      #expect(again.classes == (name == "hf-dinov2" ? nil : checkpoint.classes))
      let features = try again.frozen().plainFeatures(images)
      // Hugging Face's Swin has an ε of its own in some norms.
      let bound: Float = source == "hf-swin" ? 1e-3 : 1e-5
      #expect(relativeDistance(features, expected) < bound, "\(name)")
    }
  }

  /// A class token without a position, and blocks without scales, where the target has both.
  @Test("get what the target always has, with no effect", arguments: ["hf-vit", "hf-dinov2"])
  func additions(_ name: String) throws {
    let plain = try SafetensorsFile(fixture: "configurations/plain.safetensors")
    let records = try plain.entries.map { entry in
      let values = try plain.floats(entry.name)
      guard entry.name == "pos_embed" else {
        return TensorRecord.float32(entry.name, shape: entry.shape, values)
      }
      return .float32(entry.name, shape: [1, 9, 24], Array(values.dropFirst(24)))
    }
    let file = try SafetensorsFile(
      bytes: SafetensorsWriter.data(records, metadata: [:]), name: "plain")
    let facts = BackboneFacts(heads: 3, epsilon: 1e-6)
    let checkpoint = try ViTCheckpoint(file, facts: facts)
    #expect(checkpoint.configuration.unpositioned == 1)
    let target = try #require(WeightNaming.all.first { $0.id == name })
    let converted = try ConvertedWeights(checkpoint, to: target)
    let again = try ViTCheckpoint(
      SafetensorsFile(bytes: SafetensorsWriter.data(converted.records, metadata: [:]), name: name),
      facts: facts)
    #expect(again.naming.id == name)
    #expect(again.configuration.unpositioned == 0)
    let images = try SafetensorsFile(fixture: "configurations/expected.safetensors").tensor(
      "images")
    let expected = try checkpoint.frozen().plainFeatures(images)
    #expect(distance(try again.frozen().plainFeatures(images).values, expected.values) == 0)
  }

  @Test("keep their types, or take another")
  func types() throws {
    let file = try SafetensorsFile(fixture: "vit/token-f16.safetensors")
    let checkpoint = try openBackbone(file, facts: BackboneFacts(heads: 3))
    let kept = try ConvertedWeights(checkpoint, to: .huggingFaceViT)
    #expect(Set(kept.records.map(\.type)) == [.f16])
    let wide = try ConvertedWeights(checkpoint, to: .huggingFaceViT, type: .f32)
    #expect(Set(wide.records.map(\.type)) == [.f32])
  }

  @Test("of other networks, or with parts that have no place, are refused")
  func refusals() throws {
    let vit = try open("hf-vit").0
    #expect(
      complaint { try ConvertedWeights(vit, to: .swin) }.contains(
        "'swin' are names of another network"))
    let scaled = try open("dinov2").0
    let text = complaint { try ConvertedWeights(scaled, to: .huggingFaceViT) }
    #expect(text.contains("have no place for 'blocks.0.ls1.gamma' [24]"))
    #expect(text.contains("'blocks.1.ls2.gamma'"))
  }

  @Test("say what the tensors do not")
  func notes() throws {
    let clip = try ConvertedWeights(open("hf-clip").0, to: .timm).notes.words
    #expect(clip.contains("the MLPs have quick GELU: choose a model that has it"))
    let vit = try ConvertedWeights(open("hf-vit").0, to: .timm).notes.words
    #expect(vit.contains { $0.hasPrefix("the layer norms have ε = 0.001, not the usual 1e-06") })
    let dino = complaint { try ConvertedWeights(open("dinov2").0, to: .huggingFaceDINOv2) }
    #expect(dino.contains("an MLP of a whole multiple of the width, this one is 40 at width 24"))
  }

  private func open(_ folder: String) throws -> (any BackboneCheckpoint, BackboneFacts) {
    let path = fixture("namings/\(folder)\(folder == "jax-npz" ? "/ViT.npz" : "")")
    let file = try WeightFile(path: path)
    let facts = BackboneFacts(heads: folder.contains("swin") ? nil : 3)
    return (
      try openBackbone(
        file.store, facts: facts,
        description: file.description.map { try NetworkDescription(path: $0) }), facts
    )
  }
}
