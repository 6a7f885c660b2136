import Backbones
import Checkpoints
import Foundation
@testable import Networks
import PETL
import PETLPlugins
import Testing

@testable import Training

/// The path of a file under Tests/Fixtures/interop.
func fixture(_ path: String, from source: String = #filePath) -> String {
  URL(fileURLWithPath: source).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/interop").appendingPathComponent(path).path
}

/// The plugins of this package.
let registry: PluginRegistry = {
  do { return try PluginRegistry.builtIn() } catch { fatalError("\(error)") }
}()

/// What Tests/Interop/make_fixtures.py made.
struct Peers {
  let expected: SafetensorsFile

  init() throws {
    expected = try SafetensorsFile(path: fixture("expected.safetensors"))
  }

  /// The network of the fixtures.
  func network(
    _ file: String = "base.safetensors",
    training: @escaping (BackboneWeight) -> Bool = { _ in false }
  ) throws -> ViT {
    try ViTCheckpoint(SafetensorsFile(path: fixture(file))).network(training: training)
  }

  /// The images, [3, 16, 16, 3].
  func images() throws -> Tensor {
    Tensor(try expected.floats("images"), shape: [3, 16, 16, 3])
  }

  /// The largest difference of a model's logits from those that PEFT computed.
  func difference(_ model: Model, _ name: String) throws -> Float {
    let found = try logits(model)
    let wanted = try expected.floats("\(name).logits")
    #expect(found.count == wanted.count)
    return zip(found, wanted).map { abs($0 - $1) }.max() ?? .infinity
  }

  /// A model's logits of the images.
  func logits(_ model: Model) throws -> [Float] {
    let pass = ForwardPass(isTraining: false, images: 3, generator: RandomGenerator(seed: 0))
    let images = try images()
    return noGradient { model.logits(images, pass: pass).values }
  }
}

/// Calls `body` with a new folder, and removes the folder afterwards.
func withTemporaryFolder(_ body: (String) throws -> Void) throws {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("petl-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  try body(folder.path)
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

/// Expects that `body` throws a `DiagnosticError` that holds `words`.
func expectComplaint<Result>(
  _ words: String, at location: SourceLocation = #_sourceLocation, _ body: () throws -> Result
) {
  let text = complaint(body, at: location)
  #expect(text.contains(words), "\(text)", sourceLocation: location)
}
