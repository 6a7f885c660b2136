import PETL
import PETLPlugins
import Recipes
import Regularizers
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

  @Test("CLoRA's random directions are orthonormal, and the same in every step of a seed")
  func drawnDirections() throws {
    let step = ContextRegularizerCase.all.step
    func value(_ k: Int, seed: UInt64 = 3) throws -> Double {
      let regularizer = CLoRA(options: .init { ($0.k, $0.of) = (k, .directions) })
      let first = try step.penalty(of: regularizer, seed: seed).value
      let again = try step.penalty(of: regularizer, seed: seed).value
      #expect(first.values == again.values)
      return Double(first.item)
    }
    let parts = try (1...7).map { try value($0) }
    // Each further direction has a share of its own, and all seven have the whole.
    #expect(parts == parts.sorted())
    let whole = step.sites.map { $0.a.values.reduce(0) { $0 + Double($1 * $1) } }.reduce(0, +) / 8
    #expect(abs(parts[6] - whole) < 1e-5 * whole)
    #expect(parts[2] < 0.9 * whole)
    #expect(try value(3, seed: 4) != parts[2])
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
