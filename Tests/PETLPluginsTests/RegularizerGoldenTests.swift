import PETL
import PETLPlugins
import Recipes
import TestSupport
import Testing

/// What `Tests/Fixtures/make_regularizers.py` wrote: values by their definitions in PyTorch.
struct RegularizerCase: Decodable, Sendable, CustomTestStringConvertible {
  let regularizer: String
  let options: String
  let dimension: Int
  let images: Int
  let s: FixtureTensor
  let b: FixtureTensor
  let a: FixtureTensor
  let value: Double
  let gradients: [String: FixtureTensor?]

  var testDescription: String { "\(regularizer) {\(options)}, dimension \(dimension)" }

  private struct Content: Decodable {
    let cases: [RegularizerCase]
  }

  /// The file, read once.
  static let all = requiredFixture("regularizers.json", as: Content.self).cases
}

@Suite("Golden values of the regularizers")
struct RegularizerGoldenTests {
  @Test("Value and gradients are PyTorch's", arguments: RegularizerCase.all)
  func values(_ golden: RegularizerCase) throws {
    let plugin = try #require(MatrixTests.registry).regularizer(named: golden.regularizer)
    let reader = OptionReader(
      try YAMLReader.parse(text: "{\(golden.options)}", name: "options"), section: "options")
    let regularizer = try #require(try plugin.read(reader)() as? any RedundancyRegularizer)
    try reader.throwIfInvalid()
    let leaves = [
      "s": golden.s.tensor.differentiable(), "b": golden.b.tensor.differentiable(),
      "a": golden.a.tensor.differentiable(),
    ]
    let subspaces = Subspaces(
      coefficients: try #require(leaves["s"]), basis: try #require(leaves["b"]),
      directions: leaves["a"], images: golden.images, dimension: golden.dimension)
    #expect(regularizer.objection(to: subspaces.traits) == nil)
    let value = regularizer.penalty(on: subspaces)
    #expect(abs(Double(value.item) - golden.value) < 1e-5 * max(0.1, abs(golden.value)))
    let gradients = value.backward()
    for (name, expected) in golden.gradients {
      let found = try gradients[#require(leaves[name])]
      let wanted = expected?.values ?? []
      let size = wanted.map(abs).max() ?? 0
      guard size > 1e-9 else {
        let largest = found?.values.map(abs).max() ?? 0
        #expect(largest < 1e-7, "\(name)")
        continue
      }
      let error = zip(try #require(found, "\(name)").values, wanted).map { abs($0 - $1) }.max() ?? 0
      #expect(error < 1e-4 * size, "\(name)")
    }
  }
}
