import Checkpoints
import PETL
import TestSupport
import Testing

@testable import Backbones

/// Against timm in double precision (Tests/Fixtures/make_vit.py).
@Suite("Features and logits are timm's")
struct LogitsTests {
  private let golden: SafetensorsFile

  init() throws {
    golden = try SafetensorsFile(fixture: "vit/golden.safetensors")
  }

  /// A file, read in some way, and the name of what timm gives.
  struct Case: Sendable, CustomTestStringConvertible {
    let file: String
    var heads: Int?
    var epsilon: Float?
    var size = 24
    let golden: String

    var testDescription: String { golden }
  }

  @Test(
    "for class token, mean, norm after pooling, other ε, 16 bits and other image sizes",
    arguments: [
      Case(file: "token", golden: "token"),
      Case(file: "token", epsilon: 0.1, golden: "epsilon"),
      Case(file: "token", size: 16, golden: "token.16"),
      Case(file: "token", size: 36, golden: "token.36"),
      Case(file: "token-f16", heads: 3, golden: "f16"),
      Case(file: "token-bf16", heads: 3, golden: "bf16"),
      Case(file: "average", golden: "average"),
      Case(file: "average", size: 16, golden: "average.16"),
      Case(file: "fcnorm", golden: "fcnorm"),
      Case(file: "fcnorm", size: 16, golden: "fcnorm.16"),
    ])
  func equalsTimm(_ example: Case) throws {
    let checkpoint = try ViTCheckpoint(
      SafetensorsFile(fixture: "vit/\(example.file).safetensors"),
      facts: BackboneFacts(heads: example.heads, epsilon: example.epsilon))
    try check(checkpoint.network(imageSize: example.size), example.golden)
  }

  @Test("where the patch tokens are pooled although there is a class token")
  func pooledBesideClassToken() throws {
    let file = try SafetensorsFile(fixture: "vit/token.safetensors")
    let records = try file.entries.map { entry in
      TensorRecord(
        name: entry.name.hasPrefix("norm.") ? "fc_\(entry.name)" : entry.name, type: entry.type,
        shape: entry.shape, bytes: try file.bytes(entry.name))
    }
    let bytes = try SafetensorsWriter.data(records, metadata: file.metadata)
    let renamed = try SafetensorsFile(bytes: bytes, name: "pooled.safetensors")
    try check(ViTCheckpoint(renamed).network(), "pooled")
  }

  @Test("with the sizes that the file shows")
  func sizes() throws {
    let token = try ViTCheckpoint(SafetensorsFile(fixture: "vit/token.safetensors"))
    #expect(
      token.configuration
        == ViTConfiguration(
          imageSize: 24, patchSize: 4, width: 24, depth: 2, heads: 3, mlpWidth: 40))
    #expect(token.classes == 5)
    let average = try ViTCheckpoint(SafetensorsFile(fixture: "vit/average.safetensors"))
    #expect(
      average.configuration
        == ViTConfiguration(
          imageSize: 24, patchSize: 4, width: 24, depth: 2, heads: 3, mlpWidth: 40,
          hasClassToken: false, epsilon: 0.01))
    let network = try token.network(imageSize: 16)
    #expect(network.imageSize == 16)
    #expect(network.tokens == 17)
    #expect(network.width == 24)
    #expect(network.parameters.isEmpty)
    #expect(network.sites.count == 24)
    #expect(network.sites == network.configuration.sites)
  }

  @Test("and a note says when positions were resampled")
  func notes() throws {
    let checkpoint = try ViTCheckpoint(SafetensorsFile(fixture: "vit/token.safetensors"))
    #expect(try checkpoint.network().notes.words == [])
    #expect(try checkpoint.network(imageSize: 24).notes.words == [])
    #expect(
      try checkpoint.network(imageSize: 36).notes.words == [
        "position embeddings resampled from 6×6 to 9×9 (bicubic, antialias, as timm does) for images of 36 px"
      ])
  }

  private func check(_ network: ViT, _ name: String) throws {
    let images = try golden.tensor("images.\(network.imageSize)")
    let outputs = try network.outputs(images)
    let features = relativeDistance(outputs.features, try golden.tensor("\(name).features"))
    let logits = relativeDistance(outputs.logits, try golden.tensor("\(name).logits"))
    #expect(features < 1e-5)
    #expect(logits < 1e-5)
  }
}
