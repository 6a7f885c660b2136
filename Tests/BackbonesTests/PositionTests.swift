import Checkpoints
import PETL
import TestSupport
import Testing

@testable import Backbones

/// Against transformers in double precision (Tests/Fixtures/make_positions.py).
@Suite("Positions at another image size")
struct PositionTests {
  private let golden: SafetensorsFile

  init() throws {
    golden = try SafetensorsFile(fixture: "positions.safetensors")
  }

  private func network(
    _ folder: String, _ size: Int, _ rule: PositionResampling? = nil
  ) throws -> ViT {
    let file = try WeightFile(path: fixture("namings/\(folder)"))
    let checkpoint = try openBackbone(
      file.store, facts: BackboneFacts(positionResampling: rule),
      description: file.description.map { try NetworkDescription(path: $0) })
    let network = try checkpoint.backbone(
      imageSize: size, dropPath: 0, precision: .single, training: { _ in false })
    return try #require(network as? ViT)
  }

  private func distance(_ network: ViT, _ folder: String) throws -> Float {
    let images = try golden.tensor("images.\(network.imageSize)")
    var found = network.plainFeatures(images)
    if let head = network.pretrainedHead {
      found = found.linear(weight: head.weight, bias: head.bias)
    }
    return relativeDistance(found, try golden.tensor("\(folder).\(network.imageSize)"))
  }

  @Test(
    "of Hugging Face's weights are as transformers has them",
    arguments: ["hf-vit", "hf-dinov2", "hf-dinov2-registers", "hf-clip-vision"], [16, 36])
  func equalTransformers(_ folder: String, _ size: Int) throws {
    let network = try network(folder, size)
    #expect(try distance(network, folder) < 1e-5)
    let filter = folder == "hf-dinov2-registers" ? "antialias" : "no antialias"
    #expect(
      network.notes.words.contains {
        $0.contains("(bicubic, \(filter), as transformers does) for images of \(size) px")
      })
  }

  @Test("of any grid are torch's", arguments: [[7, 7], [3, 5], [9, 20]])
  func torch(_ size: [Int]) throws {
    let end = "\(size[0]).\(size[1])"
    let grid = try golden.floats("grid.\(end)")
    let found = resampleBicubic(grid, height: 6, width: 9, channels: 2, to: (size[0], size[1]))
    let expected = try golden.floats("resampled.\(end)")
    try #require(found.count == expected.count)
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test("are as the other library has them where that is asked for")
  func otherRule() throws {
    let network = try network("hf-vit", 16, .timm)
    #expect(try distance(network, "hf-vit") > 1e-3)
    #expect(network.notes.words.contains { $0.contains("(bicubic, antialias, as timm does)") })
  }

  @Test(
    "are timm's where the names are",
    arguments: WeightNaming.all.filter { !$0.id.hasPrefix("hf-") }.map(\.id))
  func timm(_ id: String) throws {
    let naming = try #require(WeightNaming.all.first { $0.id == id })
    #expect(naming.positionResampling == .timm)
  }
}
