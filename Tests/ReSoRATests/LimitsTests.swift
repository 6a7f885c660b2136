import PETL
import ReSoRA
import Testing

/// What the measures are where norms vanish, and what leaves them unchanged.
struct LimitsTests {
  typealias Options = ReSoRAOptions

  private func value(_ options: Options, _ sample: Sample) throws -> Float {
    try ReSoRA(options: options).penalty(on: sample.subspaces).item
  }

  private func scaled(_ sample: Sample, s: [Float], b: [Float]) -> Sample {
    var scaled = sample
    scaled.s = (sample.s.detached() * Tensor(s, shape: [1, s.count])).differentiable()
    scaled.a = (sample.a.detached() * Tensor(s, shape: [s.count, 1])).differentiable()
    scaled.b = (sample.b.detached() * Tensor(b, shape: [b.count, 1])).differentiable()
    return scaled
  }

  @Test(arguments: ClosedFormTests.linear.filter { $0.axis == .channels })
  func linearGivesTheBasisNoGradient(_ options: Options) throws {
    let sample = Sample()
    let gradients = try ReSoRA(options: options).penalty(on: sample.subspaces).backward()
    #expect(
      gradients[sample.b] == nil || gradients[sample.b]?.values.allSatisfy { $0 == 0 } == true)
    #expect(gradients[options.space == .features ? sample.s : sample.a] != nil)
  }

  @Test(arguments: ClosedFormTests.linear + ClosedFormTests.cosine + ClosedFormTests.nonlinear)
  func theScaleOfASubspaceDoesNotMatter(_ options: Options) throws {
    guard options.sigma == nil else { return }
    let sample = Sample()
    let other = scaled(sample, s: [2, 0.5, 10, 1e-2], b: [0.1, 30, 1, 5])
    #expect(abs(try value(options, sample) - value(options, other)) < 2e-6)
  }

  @Test(arguments: ClosedFormTests.all)
  func movingAFactorFromBasisToCoefficientsDoesNotMatter(_ options: Options) throws {
    let sample = Sample()
    let other = scaled(sample, s: [2, -0.5, 8, -1], b: [0.5, -2, 0.125, -1])
    #expect(abs(try value(options, sample) - value(options, other)) < 2e-6)
  }

  @Test func linearIsDefinedAtTheStartOfLoRA() throws {
    let sample = Sample()
    let start = scaled(sample, s: [1, 1, 1, 1], b: [0, 0, 0, 0])
    #expect(try value(Options(), start) == value(Options(), sample))
    #expect(try value(Options { $0.measure = .cosine }, start) == 0)
    #expect(try value(Options { $0.measure = .euclidean }, start) == 1)
    #expect(try value(Options { $0.measure = .nonlinear }, start) > 0)
    #expect(try value(Options { ($0.measure, $0.sigma) = (.nonlinear, 1) }, start) == 0)
  }

  @Test(arguments: ClosedFormTests.linear + ClosedFormTests.cosine + ClosedFormTests.nonlinear)
  func aDeadSubspaceCountsAsZero(_ options: Options) throws {
    let sample = Sample()
    let dead = scaled(sample, s: [1, 1, 1, 0], b: [1, 1, 1, 0])
    var three = sample
    three.s = sample.s.detached().sliced(axis: 1, 0..<3).differentiable()
    three.b = sample.b.detached().sliced(axis: 0, 0..<3).differentiable()
    three.a = sample.a.detached().sliced(axis: 0, 0..<3).differentiable()
    // Three of six pairs are left.
    #expect(abs(try value(options, dead) - value(options, three) / 2) < 2e-6)
    let gradients = try ReSoRA(options: options).penalty(on: dead.subspaces).backward()
    for leaf in [dead.s, dead.b, dead.a] {
      #expect(gradients[leaf]?.values.allSatisfy(\.isFinite) != false)
    }
    if let s = gradients[dead.s] {
      #expect(s.sliced(axis: 1, 3..<4).values.allSatisfy { $0 == 0 })
    }
  }

  @Test func cosineCountsTokensWhereBothCoefficientsLive() throws {
    var sample = Sample(rank: 2, images: 1, tokens: 8)
    let s: [Float] = [1, 1, 0, 1, 2, 0, 0, 0, 3, -1, -1, 2, -2, -1, 0, 5]
    sample.s = Tensor(s, shape: [8, 2]).differentiable()
    let (x, y) = (sample.b.part(0).detached(), sample.b.part(1).detached())
    let kappa = ((x * y).sum() / (x.frobenius() * y.frobenius())).item
    // Tokens 0, 4, 5 and 6 have both: with signs +, −, −, +.
    #expect(abs(try value(Options { $0.measure = .cosine }, sample) - abs(kappa) / 2) < 1e-6)
    #expect(abs(try value(Options { ($0.measure, $0.signed) = (.cosine, true) }, sample)) < 1e-6)
  }

  @Test func identicalSubspacesAreFullyRedundant() throws {
    var sample = Sample()
    sample.s = sample.s.detached().transposed().gathered([0, 0, 0]).transposed().differentiable()
    sample.b = sample.b.detached().gathered([0, 0, 0]).differentiable()
    sample.a = sample.a.detached().gathered([0, 0, 0]).differentiable()
    for options in ClosedFormTests.all {
      #expect(abs(try value(options, sample) - 1) < 1e-5, "\(options)")
    }
  }

  @Test func aLargeBandwidthIsLinearCKA() throws {
    let sample = Sample(images: 16, tokens: 8)
    let wide = try value(Options { ($0.measure, $0.sigma) = (.nonlinear, 1000) }, sample)
    let linear = try value(Options { ($0.measure, $0.exponent) = (.linear, 2) }, sample)
    #expect(abs(wide - linear) < 1e-3)
  }

  @Test func aNaNShows() throws {
    var values = [Float](repeating: 1, count: 24)
    values[5] = .nan
    let subspaces = Subspaces(
      coefficients: Tensor(values, shape: [12, 2]), basis: .ones([2, 3]), images: 3)
    for options in ClosedFormTests.all + [ReSoRAOptions { $0.measure = .nonlinear }]
    where options.space == .features && options.axis == .channels {
      if options.measure == .cosine, options.over == .tokens { continue }
      if options.set == .classToken { continue }
      let value = try ReSoRA(options: options).penalty(on: subspaces).item
      #expect(value.isNaN, "\(options)")
    }
  }
}
