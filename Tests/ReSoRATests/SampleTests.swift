import PETL
import ReSoRA
import Testing

/// The nonlinear measure of some tokens that are drawn.
struct SampleTests {
  private let sample = Sample(images: 40, tokens: 50)
  private let streams = (0..<40).map { RandomGenerator(seed: 7).split("step", $0) }

  private func regularizer(_ count: Int?) throws -> ReSoRA {
    try ReSoRA(options: ReSoRAOptions { ($0.measure, $0.sample) = (.nonlinear, count) })
  }

  @Test func allTokensAreThePlainMeasure() throws {
    let exact = try regularizer(nil).penalty(on: sample.subspaces).item
    for count in [2000, 5000] {
      let found = try regularizer(count).penalty(on: sample.subspaces, stream: streams[0])
      #expect(found.item == exact)
    }
    // Without a step nothing is drawn.
    #expect(try regularizer(100).penalty(on: sample.subspaces).item == exact)
  }

  @Test func aStepDrawsItsOwnTokens() throws {
    let regularizer = try regularizer(100)
    func value(_ stream: RandomGenerator) -> Float {
      regularizer.penalty(on: sample.subspaces, stream: stream).item
    }
    #expect(value(streams[0]) == value(streams[0]))
    #expect(Set(streams.map(value)).count == streams.count)
    // Only those have a gradient.
    let gradients = regularizer.penalty(on: sample.subspaces, stream: streams[0]).backward()
    let rows = gradients[sample.s]?.values ?? []
    let moved = (0..<2000).filter { row in (0..<4).contains { rows[row * 4 + $0] != 0 } }
    #expect(moved.count == 100)
  }

  /// The mean over draws is the measure of all tokens, and the error of one draw falls with the root of their number.
  @Test func theErrorIsThatOfASample() throws {
    let exact = Double(try regularizer(nil).penalty(on: sample.subspaces).item)
    func errors(_ count: Int) throws -> (mean: Double, deviation: Double) {
      let regularizer = try regularizer(count)
      let found = streams.map {
        Double(regularizer.penalty(on: sample.subspaces, stream: $0).item) - exact
      }
      let squares = found.reduce(0) { $0 + $1 * $1 } / Double(found.count)
      return (found.reduce(0, +) / Double(found.count), squares.squareRoot())
    }
    let (few, many) = (try errors(100), try errors(400))
    #expect(many.deviation < 0.03, "\(many)")
    #expect((1.4...3.2).contains(few.deviation / many.deviation), "\(few), \(many)")
    #expect(abs(many.mean) < many.deviation, "\(many)")
  }

  /// The kernel in full and its Fourier features agree on the same tokens, gradients included.
  @Test func bothMethodsSeeTheSameTokens() throws {
    func penalty(_ method: ReSoRAOptions.KernelEvaluation) throws -> Tensor {
      try ReSoRA(
        options: ReSoRAOptions {
          ($0.measure, $0.sample, $0.method) = (.nonlinear, 200, method)
        }
      ).penalty(on: sample.subspaces, stream: streams[3])
    }
    let (fourier, exact) = (try penalty(.fourier), try penalty(.exact))
    #expect(abs(fourier.item - exact.item) < 1e-4)
    #expect(difference(fourier.backward()[sample.s], exact.backward()[sample.s]) < 2e-2)
  }
}
