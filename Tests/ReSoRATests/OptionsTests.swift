import PETL
import ReSoRA
import TestSupport
import Testing

struct OptionsTests {
  private func complaints(_ text: String) -> [Diagnostic] {
    let reader = OptionReader(options(text, name: "recipe.yaml"), section: "regularizers.0")
    _ = ReSoRAOptions(from: reader)
    reader.finish()
    return reader.diagnostics
  }

  @Test(arguments: [
    ("measure: linear\nbeta: 2", "beta"), ("measure: nonlinear\nbeta: 3", "beta"),
    ("measure: linear\nsigma: 1", "sigma"), ("measure: cosine\nmethod: exact", "method"),
    ("measure: linear\nsigned: true", "signed"), ("measure: cosine\ncentered: false", "centered"),
    ("measure: cosine\naxis: tokens", "axis"), ("measure: euclidean\nexponent: 2", "exponent"),
    ("measure: linear\nover: batch", "over"), ("measure: cosine\nset: images", "set"),
    ("space: weights\nset: images", "set"), ("space: weights\ncentered: false", "centered"),
    ("axis: tokens\nset: class-token", "set"), ("axis: tokens\ncentered: false", "centered"),
    ("axis: tokens\nspace: weights", "space"),
    ("measure: cosine\nsigned: true\nexponent: 2", "exponent"),
    ("measure: linear\nsample: 512", "sample"),
    ("measure: nonlinear\nset: class-token\nsample: 512", "sample"),
    ("measure: nonlinear\nspace: weights\nsample: 512", "sample"),
  ])
  func anOptionThatWouldBeIgnoredIsAMistake(_ text: String, _ key: String) throws {
    let found = complaints(text)
    let line = text.split(separator: "\n").firstIndex { $0.hasPrefix("\(key):") } ?? -1
    #expect(found.count == 1)
    #expect(found.first?.message.contains(key) == true)
    #expect(found.first?.span?.line == line + 1)
    #expect(found.first?.hints.isEmpty == false)
  }

  @Test func theMessageSaysWhereTheOptionBelongs() {
    #expect(
      complaints("measure: linear\nbeta: 2").first?.description == """
        recipe.yaml:2:7: error: 'beta' means nothing with measure: linear
         2 | beta: 2
           |       ^
          it belongs to measure: euclidean
        """)
  }

  @Test(arguments: [
    "measure: linear\nexponent: 2\ncentered: false\nset: images",
    "measure: cosine\nexponent: 2\nover: batch", "measure: cosine\nsigned: true",
    "measure: euclidean\nbeta: 0.5\nover: batch", "measure: nonlinear\nsigma: 2\nmethod: exact",
    "measure: nonlinear\nset: images\nmethod: exact", "measure: nonlinear\nsigma: null",
    "measure: nonlinear\nsample: 512", "measure: nonlinear\nsample: null\nsigma: 1",
    "measure: cosine\nspace: weights", "axis: tokens\nexponent: 2", "set: class-token",
  ])
  func whatGoesTogetherIsRead(_ text: String) {
    #expect(complaints(text).isEmpty)
    // As does what a run stores of it, defaults and all.
    let first = OptionReader(options(text, name: "recipe.yaml"), section: "regularizers.0")
    let stored = ReSoRAOptions(from: first)
    let again = OptionReader(first.resolved, section: "regularizers.0")
    #expect(ReSoRAOptions(from: again) == stored)
    again.finish()
    #expect(again.diagnostics.isEmpty)
  }

  @Test func optionsInCodeAreCheckedToo() {
    #expect(throws: DiagnosticError.self) { try ReSoRA(options: ReSoRAOptions { $0.beta = 2 }) }
    #expect(throws: DiagnosticError.self) {
      try ReSoRA(options: ReSoRAOptions { ($0.measure, $0.beta) = (.euclidean, 0) })
    }
    #expect(throws: DiagnosticError.self) { try ReSoRA(options: ReSoRAOptions { $0.exponent = 3 }) }
    #expect(throws: DiagnosticError.self) {
      try ReSoRA(options: ReSoRAOptions { ($0.measure, $0.sigma) = (.nonlinear, -1) })
    }
  }

  @Test func objections() throws {
    let linear = try ReSoRA()
    let weights = try ReSoRA(options: ReSoRAOptions { $0.space = .weights })
    let (one, relu, lora) = (
      SubspaceTraits(count: 1, hasDirections: true), SubspaceTraits(count: 4, hasDirections: false),
      SubspaceTraits(count: 4, hasDirections: true)
    )
    #expect(linear.objection(to: one) == "an adapter of rank 1 has no pairs of subspaces")
    #expect(linear.objection(to: relu) == nil)
    #expect(
      weights.objection(to: relu)
        == "the adapter is not linear and has no input directions; use space: features")
    #expect(weights.objection(to: lora) == nil)
  }

  @Test func everyOptionStatesItsStanding() {
    let reader = OptionReader(describing: "regularizers.0")
    _ = ReSoRAOptions(from: reader)
    for descriptor in reader.descriptors {
      let standing = ["our choice", "reconstruction", "known from its abstract/summary"]
      #expect(standing.contains { descriptor.help.contains($0) }, "\(descriptor.name)")
    }
    #expect(ReSoRA.descriptor.source.contains("reconstruction"))
  }
}
