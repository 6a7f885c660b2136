import PETL
import PETLPlugins
import Recipes
import TestSupport
import Testing

@Suite("Golden values of the regularizers that see a whole step")
struct ContextRegularizerGoldenTests {
  private func made(_ golden: ContextRegularizerCase) throws -> any Regularizer {
    let plugin = try #require(MatrixTests.registry).regularizer(named: golden.regularizer)
    let reader = OptionReader(
      try YAMLReader.parse(text: "{\(golden.options)}", name: "options"), section: "options")
    let regularizer = try plugin.read(reader)()
    try reader.throwIfInvalid()
    return regularizer
  }

  @Test("Value and gradients are PyTorch's", arguments: ContextRegularizerCase.all.cases)
  func values(_ golden: ContextRegularizerCase) throws {
    let (value, leaves) = try ContextRegularizerCase.all.step.penalty(
      of: made(golden), tunes: golden.tunes)
    #expect(abs(Double(value.item) - golden.value) < 1e-5 * max(0.1, abs(golden.value)))
    let gradients = value.backward()
    for (name, leaf) in leaves {
      let found = gradients[leaf]
      guard let wanted = golden.gradients[name]?.values else {
        #expect(found == nil, "\(name)")
        continue
      }
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

  @Test("All regularizers that are not of subspaces alone have golden values")
  func none() throws {
    let known = Set(ContextRegularizerCase.all.cases.map(\.regularizer))
    let others = try #require(MatrixTests.registry).regularizers
      .filter { !($0.type is any RedundancyRegularizer.Type) }.map(\.descriptor.name)
    #expect(!others.isEmpty)
    #expect(Set(others).subtracting(known) == [])
  }
}
