import Backbones
import Checkpoints
import Datasets
import PETL
import TestSupport
import Testing

/// The whole chain from bytes to logits: our resize, normalisation and network against Pillow and
/// timm (Tests/Fixtures/make_vit.py).
@Suite("ViT-Ti/16 with its real weights")
struct RealWeightsTests {
  @Test(
    "gives timm's logits for real images",
    .enabled(if: RealData.isPresent, RealData.absence), arguments: [224, 112])
  func logits(size: Int) throws {
    let checkpoint = try ViTCheckpoint(SafetensorsFile(path: RealData.weights))
    #expect(checkpoint.configuration == .tiny16)
    #expect(checkpoint.classes == 1000)
    let network = try checkpoint.network(imageSize: size)
    let images = try realImages(.test, 0..<16, size: size).images
    let outputs = try noGradient { try network.outputs(images) }
    let expected = try SafetensorsFile(fixture: "vit/real.safetensors").floats("logits.\(size)")
    let logits = outputs.logits.values
    let difference = distance(logits, expected)
    let squares = zip(logits, expected).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    let typical = (squares / Float(logits.count)).squareRoot()
    // At 112 px two of the images are ill-conditioned: there timm itself, in single precision, is
    // off by 6e-5 from the golden logits, which are made in double precision.
    #expect(difference < (size == 224 ? 1e-4 : 2e-4))
    #expect(typical < 2e-5)
  }
}

/// Images of a real set at a size, normalised to −1…1, and their labels.
func realImages(
  _ split: Split, _ range: Range<Int>, size: Int
) throws -> (images: Tensor, labels: [Int]) {
  let images = try #require(Dataset(safetensorsSet: RealData.clothes).images(of: split).pixels)
    .selecting(range).resized(height: size, width: size)
  let values = images.batch(Array(0..<range.count), normalization: .inception)
  return (Tensor(values, shape: [range.count, size, size, 3]), images.labels)
}
