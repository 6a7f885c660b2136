import Backbones
import Checkpoints
import Foundation
import PETL
import PETLPlugins
import TestSupport
import Testing

@testable import Networks
@testable import Training

/// The path of a file under Tests/Fixtures/interop.
func interop(_ path: String) -> String { fixture("interop/\(path)") }

/// The plugins of this package.
let registry: PluginRegistry = {
  do { return try PluginRegistry.builtIn() } catch { fatalError("\(error)") }
}()

/// What Tests/Interop/make_fixtures.py made.
struct Peers {
  let expected: SafetensorsFile

  init() throws {
    expected = try SafetensorsFile(path: interop("expected.safetensors"))
  }

  /// The network of the fixtures.
  func network(
    _ file: String = "base.safetensors",
    training: @escaping (BackboneWeight) -> Bool = { _ in false }
  ) throws -> ViT {
    try ViTCheckpoint(SafetensorsFile(path: interop(file))).network(training: training)
  }

  /// The images, [3, 16, 16, 3].
  func images() throws -> Tensor {
    Tensor(try expected.floats("images"), shape: [3, 16, 16, 3])
  }

  /// The largest difference of a model's logits from those that PEFT computed.
  func difference(_ model: Model, _ name: String) throws -> Float {
    distance(try logits(model), try expected.floats("\(name).logits"))
  }

  /// A model's logits of the images.
  func logits(_ model: Model) throws -> [Float] {
    let pass = ForwardPass(isTraining: false, images: 3, generator: RandomGenerator(seed: 0))
    let images = try images()
    return noGradient { model.logits(images, pass: pass).values }
  }
}
