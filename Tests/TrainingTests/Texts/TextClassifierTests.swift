import Backbones
import Checkpoints
import Datasets
import Foundation
import PETL
import TestSupport
import Testing

@testable import Networks

/// Against transformers' `*ForSequenceClassification` and scikit-learn (Tests/Fixtures/make_text_classification.py).
@Suite("Classifiers of texts") struct TextClassifierTests {
  private static let texts = [[3, 17, 5, 29, 11, 8, 40], [2, 9, 9], [31, 4, 22, 7, 19]]
  private static let types = [[0, 0, 0, 1, 1, 1, 1], [0, 1, 1], [0, 0, 0, 0, 1]]
  private static let labels: [TextLabel.Kind: [TextLabel]] = [
    .classes: [.one(2), .one(0), .one(1)], .number: [.number(0.5), .number(-1.25), .number(3)],
    .several: [.several([0, 2]), .several([]), .several([1, 2, 3])],
  ]

  private func model(_ name: String, outputs: Int, pooling: TextPooling? = nil) throws
    -> TextClassifier
  {
    let checkpoint = try LanguageCheckpoint.open(fixture("language/\(name)"))
    func isQuery(_ weight: BackboneWeight) -> Bool { weight.name == "blocks.0.attn.q.weight" }
    let network: any TextNetwork =
      if checkpoint.configuration.family.isDecoder {
        try checkpoint.decoder(training: isQuery)
      } else {
        try checkpoint.encoder(training: isQuery)
      }
    return TextClassifier(
      network: network, adapters: .none, outputs: outputs, pooling: pooling,
      pooler: try checkpoint.pooler(), generator: RandomGenerator(seed: 3))
  }

  private func inputs(_ name: String) -> [TokenizedText] {
    zip(Self.texts, Self.types).map { ids, types in
      var text = TokenizedText(ids: ids, counts: ids.map { _ in true })
      if name == "bert" { text.types = types }
      return text
    }
  }

  @Test(
    "give transformers' logits, losses and gradients",
    arguments: ["bert", "roberta", "distilbert", "deberta", "qwen3-classifier"],
    TextLabel.Kind.allCases)
  func agree(_ name: String, _ kind: TextLabel.Kind) throws {
    let file = try SafetensorsFile(fixture: "text-classification/heads.safetensors")
    let start = "\(name).\(kind.rawValue)"
    let labels = try #require(Self.labels[kind])
    let wanted = try file.tensor("\(start).logits")
    let model = try model(name, outputs: wanted.shape[1])
    for (name, parameter) in model.headParameters {
      parameter.update(to: try file.tensor("\(start).\(name)"))
    }
    let logits = model.answers(to: inputs(name), pass: ForwardPass(over: 3)).logits
    #expect(relativeDistance(logits, wanted) < 1e-4)
    let loss = logits.textLoss(labels, kind)
    let right = try file.tensor("\(start).loss").values[0]
    #expect(abs(loss.item - right) < 1e-4 * max(1, right), "\(loss.item) \(right)")
    let gradients = loss.backward()
    let count = name == "qwen3-classifier" ? 1 : 4
    #expect(model.headParameters.count == count && model.parameters.count == count + 1)
    for (name, parameter) in model.parameters {
      let key = name.hasPrefix("head.") ? name : "query"
      let found = try #require(gradients[parameter.value], "\(name)")
      let gradient = try file.tensor("\(start).gradient.\(key)")
      #expect(relativeDistance(found, gradient) < 2e-4, "\(name)")
    }
    let figures = model.evaluate(inputs(name), labels, kind, batchSize: 2)
    #expect(abs(Float(figures.evaluation.loss) - right) < 1e-4 * max(1, right))
  }

  @Test("begin with the pooler of the weights, and a small head otherwise")
  func freshHeads() throws {
    let checkpoint = try LanguageCheckpoint.open(fixture("language/bert"))
    let stored = try #require(try checkpoint.pooler())
    let own = try model("bert", outputs: 50)
    #expect(own.head.pooler?.weight.values == stored.weight.values)
    #expect(own.head.bias?.values.allSatisfy { $0 == 0 } == true)
    let weights = own.head.weight.values
    let deviation = (weights.reduce(0) { $0 + $1 * $1 } / Float(weights.count)).squareRoot()
    #expect(abs(deviation - 0.02) < 0.002)
    #expect(own.headParameters.map(\.parameter.decays) == [true, false, true, false])
    // One linear map on the mean has no pooler, and of a decoder a bias.
    let mean = try model("bert", outputs: 2, pooling: .mean)
    #expect(mean.headParameters.map(\.name) == ["head.weight", "head.bias"])
    #expect(mean.pooling == .mean)
    #expect(
      try model("llama", outputs: 2, pooling: .mean).headParameters.map(\.name)
        == ["head.weight", "head.bias"])
    #expect(try model("llama", outputs: 2).pooling == .last)
  }

  @Test("answer a text the same whatever stands beside it", arguments: ["bert", "llama"])
  func padding(_ name: String) throws {
    let pooling: TextPooling? = name == "bert" ? .mean : nil
    let model = try model(name, outputs: 3, pooling: pooling)
    let all = model.answers(to: inputs(name), pass: ForwardPass(over: 3)).logits.values
    let alone = model.answers(to: [inputs(name)[1]], pass: ForwardPass(over: 1)).logits.values
    #expect(distance(Array(all[3..<6]), alone) < 1e-5)
  }

  private struct Case: Decodable {
    let kind: String
    let classes: Int
    let labels: [Int]?
    let guesses: [Int]?
    let values: [Float]?
    let answers: [Float]?
    let f1: Double?
    let matthews: Double?
    let pearson: Double?
    let spearman: Double?
  }

  /// SciPy's is not a number.
  @Test("of a constant have no correlation")
  func constant() throws {
    let found = TextMetrics(answers: [1, 1], values: [0, 3])
    #expect(found.isOfNumbers && found.pearson == nil && found.spearman == nil)
    let text = String(decoding: try JSONEncoder().encode(found), as: UTF8.self)
    #expect(text.contains("\"pearson\":null") && text.contains("\"spearman\":null"), "\(text)")
    #expect(try JSONDecoder().decode(TextMetrics.self, from: Data(text.utf8)) == found)
  }

  @Test("are measured as scikit-learn and SciPy measure")
  func metrics() throws {
    let path = fixture("text-classification/metrics.json")
    let cases = try JSONDecoder().decode(
      [Case].self, from: Data(contentsOf: URL(filePath: path)))
    #expect(cases.count == 8)
    for (index, one) in cases.enumerated() {
      let found =
        switch one.kind {
        case "classes":
          TextMetrics(
            guesses: one.guesses ?? [], labels: one.labels ?? [], classes: one.classes)
        case "several":
          TextMetrics(
            guesses: (one.guesses ?? []).map { $0 == 1 }, labels: (one.labels ?? []).map { $0 == 1 }
          )
        default: TextMetrics(answers: one.answers ?? [], values: one.values ?? [])
        }
      let pairs = [
        (found.f1, one.f1), (found.matthews, one.matthews), (found.pearson, one.pearson),
        (found.spearman, one.spearman),
      ]
      for (found, wanted) in pairs {
        #expect((found == nil) == (wanted == nil), "\(index)")
        #expect(abs((found ?? 0) - (wanted ?? 0)) < 1e-6, "\(index)")
      }
    }
  }
}
