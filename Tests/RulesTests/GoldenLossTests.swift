import Losses
import PETL
import PETLPlugins
import Recipes
import TestSupport
import Testing

/// What `Tests/Fixtures/make_losses.py` wrote: PyTorch's losses.
private struct GoldenLosses: Decodable, Sendable {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let loss: String
    let options: String
    let value: Double
    let gradient: FixtureTensor

    var testDescription: String { "\(loss) {\(options)}" }
  }

  let logits: FixtureTensor
  let labels: [Int]
  let cases: [Case]

  static let all = requiredFixture("losses.json", as: GoldenLosses.self)
}

@Suite("Golden values of the losses") struct GoldenLossTests {
  @Test("Value and gradient are PyTorch's", arguments: GoldenLosses.all.cases)
  private func values(_ golden: GoldenLosses.Case) throws {
    let content = GoldenLosses.all
    let loss = try made(golden.loss, golden.options)
    let leaf = content.logits.tensor.differentiable()
    let value = loss.losses(of: leaf, labels: content.labels).mean
    #expect(abs(Double(value.item) - golden.value) < 1e-6 * max(1, golden.value))
    let gradient = try #require(value.backward()[leaf])
    let error = zip(gradient.values, golden.gradient.values).map { abs($0 - $1) }.max() ?? .nan
    #expect(error < 1e-6)
  }

  /// Splits are measured by plain cross-entropy, whatever smooths or weighs the training.
  @Test func measuredPlainly() throws {
    let content = GoldenLosses.all
    let loss = try made("cross-entropy", "label_smoothing: 0.3, class_weights: balanced")
    let found = loss.measuredLosses(of: content.logits.tensor, labels: content.labels).mean
    let expected = content.logits.tensor.crossEntropy(content.labels)
    #expect(abs(found.item - expected.item) < 1e-6)
  }

  @Test func weightsFitClasses() throws {
    let found = complaint { try made("cross-entropy", "class_weights: [1, 2]") }
    #expect(
      found == """
        error: there are 2 class weights and 5 classes
          give one for each class, in their order, or class_weights: balanced
        """)
    #expect(
      complaint { try made("focal", "class_weights: [0, 0, 0, 0, 0]") }
        == "error: no class has a weight above 0")
  }

  private func made(_ name: String, _ options: String) throws -> any Loss {
    let plugin = try PluginRegistry.builtIn().loss(named: name)
    let reader = OptionReader(
      try YAMLReader.parse(text: "{\(options)}", name: "options"), section: "loss")
    let make = plugin.read(reader)
    try reader.throwIfInvalid()
    return try make(ClassCounts(labels: GoldenLosses.all.labels, classes: 5))
  }
}
