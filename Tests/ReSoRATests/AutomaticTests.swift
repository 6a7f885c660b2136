import PETL
import PETLTesting
import ReSoRA
import Testing

@Suite("measure: auto, and groups")
struct AutomaticTests {
  private func subspaces(
    tokens: Int, rank: Int = 4, basis: Float = 1, mixing: Float = 0,
    change: (Float) -> Float = { $0 }
  ) -> Subspaces {
    var stream = RandomGenerator(seed: 3)
    let common = stream.normal(tokens)
    let own = stream.normal(tokens * rank)
    let s = own.indices.map { change(own[$0]) + mixing * common[$0 / rank] }
    let b = stream.normal(rank * 9).map { $0 * basis }
    return Subspaces(
      coefficients: Tensor(s, shape: [tokens, rank]), basis: Tensor(b, shape: [rank, 9]), images: 1)
  }

  private func choice(_ subspaces: Subspaces) throws -> (note: String?, agrees: [String]) {
    let automatic = try ReSoRA(options: ReSoRAOptions { $0.measure = .auto })
    let value = automatic.penalty(on: subspaces).item
    let same = try ReSoRAOptions.Measure.allCases.filter { $0 != .auto }.filter { measure in
      try ReSoRA(options: ReSoRAOptions { $0.measure = measure }).penalty(on: subspaces).item
        == value
    }
    return (automatic.note, same.map(\.rawValue))
  }

  @Test func theRuleChoosesEachOfTheFour() throws {
    let few = try choice(subspaces(tokens: 20))
    let heavy = try choice(subspaces(tokens: 4000) { $0 * $0 * $0 * $0 * $0 })
    let apart = try choice(subspaces(tokens: 4000))
    let alike = try choice(subspaces(tokens: 400, mixing: 1))
    #expect(few.agrees == ["euclidean"])
    #expect(few.note?.contains("20 tokens are few") == true)
    #expect(heavy.agrees == ["cosine"])
    #expect(heavy.note?.contains("heavy-tailed") == true)
    #expect(apart.agrees == ["nonlinear"])
    #expect(apart.note?.contains("linear redundancy") == true)
    #expect(alike.agrees == ["linear"])
    #expect(alike.note?.hasPrefix("chose measure: linear (") == true)
  }

  @Test func theChoiceWaitsForABasisAndThenStays() throws {
    let automatic = try ReSoRA(options: ReSoRAOptions { $0.measure = .auto })
    _ = automatic.penalty(on: subspaces(tokens: 20, basis: 0))
    #expect(automatic.note == nil)
    _ = automatic.penalty(on: subspaces(tokens: 400, mixing: 1))
    let first = automatic.note
    _ = automatic.penalty(on: subspaces(tokens: 20))
    #expect(first?.contains("linear") == true)
    #expect(automatic.note == first)
  }

  @Test func keepsTheLaws() {
    let findings = Conformance.check(
      regularizer: ReSoRA.self, options: ReSoRAOptions { $0.measure = .auto })
    #expect(findings == [])
    for options in [
      ReSoRAOptions { $0.group = 2 },
      ReSoRAOptions { ($0.measure, $0.group, $0.over) = (.cosine, 2, .batch) },
      ReSoRAOptions { ($0.measure, $0.group, $0.over) = (.euclidean, 2, .batch) },
    ] {
      // In groups of neighbours the order counts.
      let found = Conformance.check(regularizer: ReSoRA.self, options: options)
      #expect(found.filter { $0.check != "order" } == [])
    }
  }

  @Test func aGroupOfOneIsTheMeasureItself() throws {
    let sample = subspaces(tokens: 60, mixing: 0.5)
    for measure in [ReSoRAOptions.Measure.linear, .cosine, .euclidean] {
      let over: ReSoRAOptions.Extent = measure == .linear ? .tokens : .batch
      let plain = try ReSoRA(options: ReSoRAOptions { ($0.measure, $0.over) = (measure, over) })
      let one = try ReSoRA(
        options: ReSoRAOptions { ($0.measure, $0.group, $0.over) = (measure, 1, over) })
      #expect(plain.penalty(on: sample).item == one.penalty(on: sample).item)
    }
  }

  @Test func whatCannotBeGroupedIsRefused() throws {
    let plain = try ReSoRA()
    let grouped = try ReSoRA(options: ReSoRAOptions { $0.group = 4 })
    func traits(_ count: Int, _ dimension: Int) -> SubspaceTraits {
      SubspaceTraits(count: count, hasDirections: true, dimension: dimension)
    }
    #expect(plain.objection(to: traits(4, 2)) == nil)
    #expect(grouped.objection(to: traits(8, 1)) == nil)
    #expect(grouped.objection(to: traits(6, 1)) == "groups of 4 do not divide its rank of 6")
    #expect(
      grouped.objection(to: traits(2, 2)) == "a single group of 4 has no pairs of subspaces")
    let nonlinear = try ReSoRA(options: ReSoRAOptions { $0.measure = .nonlinear })
    #expect(nonlinear.objection(to: traits(4, 2))?.contains("group: 1") == true)
    for options in [
      ReSoRAOptions { ($0.measure, $0.group) = (.nonlinear, 2) },
      ReSoRAOptions { ($0.measure, $0.group) = (.cosine, 2) },
      ReSoRAOptions { ($0.measure, $0.space) = (.auto, .weights) }, ReSoRAOptions { $0.group = 0 },
    ] {
      #expect(throws: DiagnosticError.self) { try ReSoRA(options: options) }
    }
  }
}
