import PETL
import PETLTesting
import ReSoRA
import Testing

struct ConformanceTests {
  typealias Options = ReSoRAOptions

  /// Every combination, and the Fourier features too: they step aside for exact kernels where there
  /// are few tokens.
  @Test(arguments: ClosedFormTests.all + [Options { $0.measure = .nonlinear }])
  func keepsTheLaws(_ options: Options) {
    // The median distance takes no gradient; the shares of signs have none almost everywhere.
    let stops = options.measure == .nonlinear && options.sigma == nil
    let findings = Conformance.check(
      regularizer: ReSoRA.self, options: options, stopsGradients: stops,
      definition: Definition(options: options).value)
    #expect(findings == [])
  }
}
