import Checkpoints
import Foundation
import PETL
import TestSupport
import Testing

@testable import Backbones

/// Against transformers in double precision (Tests/Fixtures/language.py).
@Suite("Text encoders")
struct TextEncoderTests {
  @Test("give transformers' hidden states and gradients", arguments: LanguageModel.encoders)
  func agree(_ name: String) throws {
    let model = try LanguageModel(name)
    let encoder = try model.checkpoint.encoder()
    let (adapters, leaves) = try model.adapters()
    let hidden = encoder.hidden(
      model.batch, adapters: adapters, pass: ForwardPass(over: model.batch.count))
    #expect(relativeDistance(model.masked(hidden), try model.wanted("hidden")) < 1e-4)
    let slopes = try model.wanted("slopes")
    let loss = (hidden * slopes).sum()
    #expect(abs(loss.item - (try model.wanted("loss")).item) < 1e-3)
    try model.check(loss.backward(), leaves)
  }

  @Test("give a text the same whatever it is filled up to", arguments: LanguageModel.encoders)
  func padding(_ name: String) throws {
    let encoder = try LanguageModel(name).checkpoint.encoder()
    func hidden(_ texts: [[Int]]) -> [Float] {
      encoder.hidden(TokenBatch(texts), adapters: .none, pass: ForwardPass(over: texts.count))
        .sliced(axis: 0, 0..<1).sliced(axis: 1, 0..<4).values
    }
    let alone = hidden([[3, 17, 5, 29]])
    #expect(distance(hidden([[3, 17, 5, 29], [9, 4, 30, 2, 22, 8, 1, 6, 40]]), alone) < 1e-5)
  }

  /// As transformers' `create_position_ids_from_input_ids`.
  @Test("give a token of padding that a text names the padding's own position, in RoBERTa")
  func spelledPadding() throws {
    let checkpoint = try LanguageModel("roberta").checkpoint
    let table = BackboneWeight(
      name: "token_embedding.weight",
      shape: [checkpoint.configuration.vocabulary, checkpoint.configuration.width])
    let weights = WeightProvider(precision: .single, training: { _ in false }) { _, shape in
      .zeros(shape)
    }
    let body = LanguageBody(
      checkpoint.configuration, embedding: .table(weights.weight(table.name, table.shape)), weights)
    #expect(body.positionsAroundPadding([0, 5, 1, 7, 1, 2]) == [2, 3, 1, 4, 1, 5])
  }

  @Test("pool the tokens of each text alone")
  func pooling() {
    let batch = TokenBatch([[1, 2, 3], [4]])
    let hidden = Tensor([1, 2, 3, 10, 99, 99], shape: [2, 3, 1])
    #expect(batch.pooled(hidden, by: .first).values == [1, 10])
    #expect(batch.pooled(hidden, by: .last).values == [3, 10])
    #expect(batch.pooled(hidden, by: .mean).values == [2, 10])
    #expect(batch.texts == [[1, 2, 3], [4]])
    #expect(batch.targets() == [2, 3, nil, nil, nil, nil])
    #expect(
      batch.targets(counting: [true, false, true, true, true, true])
        == [nil, 3, nil, nil, nil, nil])
  }

  @Test(
    "train any of their weights",
    arguments: ["bert", "distilbert", "deberta", "deberta-own-maps"])
  func trained(_ name: String) throws {
    let model = try LanguageModel(name)
    let frozen = try model.checkpoint.encoder()
    let trained = try model.checkpoint.encoder { _ in true }
    #expect(trained.parameters.map(\.name) == frozen.weights.map(\.name))
    #expect(model.checkpoint.weights == frozen.weights)
    let pass = ForwardPass(over: model.batch.count)
    let hidden = trained.hidden(model.batch, adapters: .none, pass: pass)
    let wanted = frozen.hidden(model.batch, adapters: .none, pass: pass)
    #expect(relativeDistance(model.masked(hidden), model.masked(wanted)) < 1e-5)
    let gradients = model.masked(hidden).squared().sum().backward()
    #expect(trained.parameters.allSatisfy { gradients[$0.parameter.value] != nil })
  }
}
