import Backbones
import Checkpoints
import Foundation
import PETL
import Testing

/// The checkout's folder.
private let checkout = URL(filePath: #filePath).appending(path: "../../..").standardizedFileURL

/// Weights and images that are on the development machines only.
enum RealData {
  static let weights = path("weights/vit_tiny_patch16_224.safetensors")
  static let images = path("sets/clothing10.safetensors")

  /// Why a test that needs them is left out.
  static let absence: Comment =
    "the real weights and sets are on the development machines only, in ../shared/data"

  static let isPresent =
    FileManager.default.fileExists(atPath: weights)
    && FileManager.default.fileExists(atPath: images)

  private static func path(_ name: String) -> String {
    checkout.appending(path: "../shared/data").appending(path: name).standardizedFileURL.path()
  }
}

/// A path in Tests/Fixtures.
func fixturePath(_ path: String) -> String {
  checkout.appending(path: "Tests/Fixtures").appending(path: path).path()
}

/// A file of Tests/Fixtures.
func fixture(_ path: String) throws -> SafetensorsFile {
  try SafetensorsFile(path: fixturePath(path))
}

extension SafetensorsFile {
  /// A tensor of the file.
  func tensor(_ name: String) throws -> Tensor {
    let shape = try #require(entry(name), "\(self.name) has no \(name)").shape
    return Tensor(try floats(name), shape: shape)
  }
}

extension ForwardPass {
  /// A pass with a seed.
  convenience init(over images: Int, isTraining: Bool = false, seed: UInt64 = 0) {
    self.init(isTraining: isTraining, images: images, generator: RandomGenerator(seed: seed))
  }
}

extension ViT {
  /// Features without adapters, and the logits of the head that came with the weights.
  func outputs(_ images: Tensor) throws -> (features: Tensor, logits: Tensor) {
    let head = try #require(pretrainedHead)
    let pass = ForwardPass(over: images.shape[0])
    let features = features(images, adapters: .none, pass: pass)
    return (features, features.linear(weight: head.weight, bias: head.bias))
  }
}

/// The largest |a − b|; a NaN or another count is infinitely far.
func distance(_ a: [Float], _ b: [Float]) -> Float {
  guard a.count == b.count else { return .infinity }
  var largest: Float = 0
  for (x, y) in zip(a, b) {
    let difference = abs(x - y)
    guard !difference.isNaN else { return .infinity }
    largest = max(largest, difference)
  }
  return largest
}

/// The largest |a − b| in units of the largest |b|.
func relativeDistance(_ a: Tensor, _ b: Tensor) -> Float {
  guard a.shape == b.shape else { return .infinity }
  let size = distance(b.values, Array(repeating: 0, count: b.count))
  return distance(a.values, b.values) / max(size, .leastNormalMagnitude)
}

/// What the `DiagnosticError` that `body` must throw prints; a failure of the test if it does not.
func complaint<Result>(
  _ body: () throws -> Result, at location: SourceLocation = #_sourceLocation
) -> String {
  do {
    _ = try body()
    Issue.record("nothing was thrown", sourceLocation: location)
  } catch let error as DiagnosticError {
    return error.description
  } catch {
    Issue.record("not a DiagnosticError: \(error)", sourceLocation: location)
  }
  return ""
}
