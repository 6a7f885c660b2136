import Checkpoints
import Datasets
import Foundation
import PETL
import TestSupport
import Testing

@testable import Backbones

/// Against transformers and open_clip, in double precision (Tests/Fixtures/make_clip.py).
@Suite("The towers of CLIP")
struct CLIPTests {
  private let golden: SafetensorsFile

  init() throws {
    golden = try SafetensorsFile(fixture: "clip/golden.safetensors")
  }

  private static let texts: [[Int]] = [
    [608, 320, 541, 560, 267, 519, 520, 609],
    [608, 609],
  ]

  private func open(_ folder: String) throws -> CLIPCheckpoint {
    let file = try WeightFile(path: fixture("clip/\(folder)"))
    // open_clip does not say the heads of its image tower.
    let facts = BackboneFacts(heads: folder == "hf" ? nil : 2)
    return try CLIPCheckpoint(
      file.store, image: facts, description: try file.description.map { try .init(path: $0) })
  }

  private func normalized(_ x: Tensor) -> Tensor {
    x / x.squared().sum(over: [1], keepingAxes: true).sqrt()
  }

  @Test("give that library's embeddings", arguments: [("hf", "hf"), ("open-clip", "open")])
  func embeddings(_ folder: String, _ key: String) throws {
    let checkpoint = try open(folder)
    #expect(checkpoint.logitScale == 2)
    #expect(checkpoint.text.configuration.activation == (key == "hf" ? .quickGELU : .gelu))
    #expect(checkpoint.text.configuration.heads == 2)
    let images = try golden.tensor("images")
    let vision = try checkpoint.image.network()
    let (_, projected) = try vision.outputs(images)
    let wanted = try golden.tensor("\(key).image")
    #expect(relativeDistance(normalized(projected), wanted) < 1e-5)
    // The texts of make_clip.py: one of them is empty, one fills the context.
    let texts = ["a red circle, top left", "it's a star", ""]
    let long = String(repeating: "the quick brown fox ", count: 30)
    let tokens = try CLIPTokenizer(path: fixture("clip/hf")).encode(texts + [long])
    #expect(tokens[0] == Self.texts[0])
    #expect(tokens[3].count == 77)
    let tower = try checkpoint.text.tower()
    let projection = try checkpoint.text.projection()
    func embedded(_ texts: [[Int]]) -> Tensor {
      let pass = ForwardPass(over: texts.count)
      return normalized(
        tower.features(texts, adapters: .none, pass: pass).linear(weight: projection, bias: nil))
    }
    let all = try golden.tensor("\(key).text")
    #expect(relativeDistance(embedded(tokens), all) < 1e-5)
    // Without the long text the batch is short; the embeddings stay.
    let short = embedded(Array(tokens[..<3]))
    #expect(relativeDistance(short, all.sliced(axis: 0, 0..<3)) < 1e-5)
    if key == "hf" {
      let cosines = normalized(projected).matmul(embedded(tokens), transposingOther: true)
      let logits = cosines.scaled(by: Float(exp(2.0)))
      #expect(relativeDistance(logits, try golden.tensor("hf.logits")) < 1e-5)
    }
  }

  @Test("train through the causal mask", arguments: ["hf", "open-clip"])
  func gradients(_ folder: String) throws {
    let checkpoint = try open(folder)
    let adapted = checkpoint.text.configuration.sites.filter { $0.kind == .value }
    let adapter = try AdapterSet(sites: adapted, generator: RandomGenerator(seed: 2)) {
      SubspaceBottleneck(site: $0, options: NoOptions(), generator: $1)
    }
    let tower = try checkpoint.text.tower()
    let texts = [Self.texts[0], Self.texts[1] + [5, 609]]
    func loss() -> Tensor {
      tower.features(texts, adapters: adapter, pass: ForwardPass(over: 2)).squared().mean()
    }
    for (name, parameter) in adapter.parameters {
      let gradient = try #require(loss().backward()[parameter.value])
      let values = parameter.value.values
      let direction = gradient.scaled(by: 1 / gradient.squaredNorm.squareRoot())
      let step: Float = 1e-2
      func shifted(_ factor: Float) -> Float {
        let start = Tensor(values, shape: parameter.value.shape)
        parameter.update(to: start + direction.scaled(by: factor))
        defer { parameter.update(to: start) }
        return noGradient { loss().item }
      }
      let slope = (shifted(step) - shifted(-step)) / (2 * step)
      let expected = gradient.squaredNorm.squareRoot()
      #expect(abs(slope - expected) < 0.02 * expected, "\(name): \(slope) and \(expected)")
    }
  }

  @Test("are refused when they are not whole")
  func malformed() throws {
    let file = try WeightFile(path: fixture("clip/hf")).store
    var records = try file.entries.map {
      TensorRecord.float32($0.name, shape: $0.shape, try file.floats($0.name))
    }
    func complaint(_ records: [TensorRecord]) throws -> String {
      let store = try SafetensorsFile(
        bytes: SafetensorsWriter.data(records, metadata: [:]), name: "clip.safetensors")
      let facts = BackboneFacts(heads: 2)
      return TestSupport.complaint { try CLIPCheckpoint(store, image: facts, text: facts) }
    }
    let vision = records.filter { !$0.name.hasPrefix("text") }
    #expect(try complaint(vision).contains("no text tower"))
    records.removeAll { $0.name.contains("layers.1.mlp.fc1.bias") && $0.name.hasPrefix("text") }
    records.append(.float32("text_model.extra", shape: [1], [0]))
    let found = try complaint(records)
    #expect(found.contains("'text_model.encoder.layers.1.mlp.fc1.bias' is missing"), "\(found)")
    #expect(found.contains("'text_model.extra' is unexpected"), "\(found)")
  }
}
