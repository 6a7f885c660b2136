import Checkpoints
import PETL
import TestSupport
import Testing

@testable import Backbones

/// A tiny model of Tests/Fixtures/language, and what transformers computes with it.
struct LanguageModel {
  let checkpoint: LanguageCheckpoint
  private let expected: SafetensorsFile
  let batch: TokenBatch

  init(_ name: String) throws {
    checkpoint = try LanguageCheckpoint.open(fixture("language/\(name)"))
    expected = try SafetensorsFile(fixture: "language/\(name)/expected.safetensors")
    let (ids, lengths) = (try expected.integers("ids"), try expected.integers("lengths"))
    let length = ids.count / lengths.count
    func texts(_ flat: [Int]) -> [[Int]] {
      lengths.enumerated().map { Array(flat[$0 * length..<$0 * length + $1]) }
    }
    let types = expected.entry("types") == nil ? nil : texts(try expected.integers("types"))
    batch = TokenBatch(texts(ids), types: types)
  }

  static let decoders = [
    "llama", "llama3", "llama-linear-v4", "mistral", "qwen2", "qwen3-v4", "gemma3", "gemma3-v4",
    "gpt2",
  ]
  static let encoders = [
    "bert", "bert-classifier", "roberta", "distilbert", "deberta", "deberta-own-maps",
    "deberta-p2c",
  ]

  /// What transformers gives.
  func wanted(_ name: String) throws -> Tensor { try expected.tensor(name) }

  /// The low-rank maps of the fixture as adapters, whose factors are leaves of a graph.
  func adapters() throws -> (set: AdapterSet, leaves: [String: Tensor]) {
    var (entries, leaves): ([AdapterSet.Entry], [String: Tensor]) = ([], [:])
    for site in checkpoint.sites {
      let key = "\(site.layer).\(site.kind.rawValue)"
      guard expected.entry("factor.\(key).down") != nil else { continue }
      let down = try wanted("factor.\(key).down").differentiable()
      let up = try wanted("factor.\(key).up").differentiable()
      (leaves["\(key).down"], leaves["\(key).up"]) = (down, up)
      entries.append(.init(site: site, adapter: FixedLowRank(down: down, up: up)))
    }
    return (AdapterSet(entries), leaves)
  }

  /// Compares the gradients of all factors.
  func check(_ gradients: Gradients, _ leaves: [String: Tensor]) throws {
    #expect(!leaves.isEmpty)
    for (key, leaf) in leaves {
      let gradient = try #require(gradients[leaf], "\(key)")
      #expect(relativeDistance(gradient, try wanted("gradient.\(key)")) < 1e-4, "\(key)")
    }
  }

  /// Hidden states with zeros where a text is filled up.
  func masked(_ hidden: Tensor) -> Tensor {
    let counts = batch.lengths.flatMap { own in
      (0..<batch.length).map { $0 < own ? Float(1) : 0 }
    }
    return hidden * Tensor(counts, shape: [batch.count, batch.length, 1])
  }
}

/// ΔH = x Dᵀ U with factors that a test gives.
final class FixedLowRank: SubspaceDecomposable {
  let parameters: [Parameter] = []
  private let down: Tensor
  private let up: Tensor

  init(down: Tensor, up: Tensor) { (self.down, self.up) = (down, up) }

  init(site: AdaptationSite, options: NoOptions, generator: RandomGenerator) {
    (down, up) = (.zeros([1, site.inputWidth]), .zeros([1, site.outputWidth]))
  }

  func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    Subspaces(coefficients: x.projected(onto: down), basis: up, images: pass.images)
  }
}
