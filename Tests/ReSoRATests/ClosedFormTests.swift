import PETL
import ReSoRA
import Testing

/// Every measure with every combination of options that goes together, against its definition on
/// materialised feature maps: values and the gradients of S, B and A within 1e-5.
struct ClosedFormTests {
  typealias Options = ReSoRAOptions

  static let linear: [Options] = [1, 2].flatMap { exponent in
    [true, false].flatMap { centered in
      Options.Elements.allCases.map { set in
        Options {
          ($0.measure, $0.exponent, $0.centered, $0.set) = (.linear, exponent, centered, set)
        }
      }
    } + [
      Options { ($0.measure, $0.exponent, $0.axis) = (.linear, exponent, .tokens) },
      Options { ($0.measure, $0.space, $0.exponent) = (.linear, .weights, exponent) },
    ]
  }

  static let cosine: [Options] = Options.Space.allCases.flatMap { space in
    Options.Extent.allCases.flatMap { over in
      [
        Options { ($0.measure, $0.space, $0.exponent, $0.over) = (.cosine, space, 1, over) },
        Options { ($0.measure, $0.space, $0.exponent, $0.over) = (.cosine, space, 2, over) },
        Options { ($0.measure, $0.space, $0.signed, $0.over) = (.cosine, space, true, over) },
      ]
    }
  }

  static let euclidean: [Options] = Options.Space.allCases.flatMap { space in
    Options.Extent.allCases.flatMap { over in
      [1, 0.05].map { beta in
        Options { ($0.measure, $0.space, $0.over, $0.beta) = (.euclidean, space, over, beta) }
      }
    }
  }

  static let nonlinear: [Options] = [nil, 2.5].flatMap { (sigma: Double?) in
    Options.Elements.allCases.map { set in
      Options { ($0.measure, $0.set, $0.sigma, $0.method) = (.nonlinear, set, sigma, .exact) }
    } + [
      Options {
        ($0.measure, $0.space, $0.sigma, $0.method) = (.nonlinear, .weights, sigma, .exact)
      }
    ]
  }

  static let all = linear + cosine + euclidean + nonlinear

  @Test(arguments: all)
  func equalsItsDefinition(_ options: ReSoRAOptions) throws {
    for seed in 1...3 as ClosedRange<UInt64> {
      let found = try compared(options, Sample(seed: seed))
      #expect(found.value < 1e-5, "\(found)")
      #expect(found.s < 1e-5, "\(found)")
      #expect(found.b < 1e-5, "\(found)")
      #expect(found.a < 1e-5, "\(found)")
    }
  }

  @Test(arguments: [Options.Elements.tokens, .classToken], [nil, 1.5, 40])
  func fourierAgreesWithTheDefinition(_ set: Options.Elements, _ sigma: Double?) throws {
    let images = set == .tokens ? 10 : 128
    let sample = Sample(rank: 3, images: images, tokens: set == .tokens ? 16 : 2, output: 5)
    let options = Options {
      ($0.measure, $0.set, $0.sigma, $0.method) = (.nonlinear, set, sigma, .fourier)
    }
    let found = try compared(options, sample)
    #expect(found.value < 1e-4, "\(found)")
    #expect(found.s < 1e-3, "\(found)")
    #expect(found.b < 1e-3, "\(found)")
  }

  @Test func fourierAgreesWithExactInWeightSpace() throws {
    let sample = Sample(input: 96)
    var options = Options { ($0.measure, $0.space) = (.nonlinear, .weights) }
    let fourier = try ReSoRA(options: options).penalty(on: sample.subspaces)
    options.method = .exact
    let exact = try ReSoRA(options: options).penalty(on: sample.subspaces)
    #expect(abs(fourier.item - exact.item) < 1e-4)
  }

  @Test func fourierAgreesWithExactOnRectifiedCoefficients() throws {
    var sample = Sample(rank: 5, images: 20, tokens: 12)
    sample.s = (sample.s.detached() - 1.2).relu().differentiable()
    let found = try compared(Options { $0.measure = .nonlinear }, sample)
    #expect(found.value < 1e-4, "\(found)")
    #expect(found.s < 1e-3, "\(found)")
  }

  /// More elements than are sampled; some with a few far from all others.
  @Test(arguments: [nil, 4] as [Double?], [0, 0.3, 1] as [Float])
  func fourierAgreesWithExactOnManyElements(_ sigma: Double?, _ tails: Float) throws {
    var sample = Sample(rank: 3, images: 100, tokens: 12)
    let s = sample.s.detached()
    sample.s = (s + s * s * s * Tensor(tails)).differentiable()
    var options = Options { ($0.measure, $0.sigma) = (.nonlinear, sigma) }
    let fourier = try ReSoRA(options: options).penalty(on: sample.subspaces)
    options.method = .exact
    let exact = try ReSoRA(options: options).penalty(on: sample.subspaces)
    let (left, right) = (fourier.backward()[sample.s], exact.backward()[sample.s])
    let (value, slopes) = (abs(fourier.item - exact.item), relativeNorm(left, right))
    #expect(value < 1e-4, "\(value), \(slopes)")
    #expect(slopes < 1e-3, "\(value), \(slopes)")
  }

  /// ‖x − y‖ / ‖y‖.
  private func relativeNorm(_ x: Tensor?, _ y: Tensor?) -> Float {
    guard let x, let y else { return .nan }
    return ((x - y).squaredNorm / y.squaredNorm).squareRoot()
  }
}
