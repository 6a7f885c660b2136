import AOFT
import PETL
import PETLTesting
import Testing

@Suite struct AOFTTests {
  private let site = AdaptationSite(kind: .query, layer: 0, inputWidth: 48, outputWidth: 40)

  private func make(_ options: AOFTOptions, _ site: AdaptationSite? = nil) throws -> AOFT {
    try AOFT(site: site ?? self.site, options: options, generator: RandomGenerator(seed: 1))
  }

  private func gramError(_ rows: Tensor) -> Float {
    let gram = rows.matmul(rows, transposingOther: true)
    let identity = DoubleMatrix(identity: rows.shape[0]).tensor
    return (gram - identity).values.map(abs).max() ?? 1
  }

  /// One vector of length 1 gives orthonormal columns, any other approximately orthogonal ones.
  @Test func columnsAreOrthonormalAsFarAsTheVectorIsUnit() throws {
    let unit = try make(AOFTOptions { ($0.rank, $0.lambda, $0.norm) = (8, .none, .unit) })
    let free = try make(AOFTOptions { ($0.rank, $0.lambda) = (8, .none) })
    let (a, b) = try #require(unit.linearFactors())
    #expect(gramError(a) < 2e-6)
    #expect(gramError(b) < 2e-6)
    let (c, _) = try #require(free.linearFactors())
    let cosines = c.matmul(c, transposingOther: true).correlation().offDiagonalMean().item
    #expect(cosines > 1e-6)
    #expect(cosines < 0.05)
  }

  /// Where the rotation does not exist everything stays finite, and the other elements still learn.
  @Test(arguments: [-1, -1.0005, -0.9995] as [Float])
  func theGuard(_ first: Float) throws {
    let adapter = try make(AOFTOptions { ($0.rank, $0.lambda) = (4, .none) })
    for index in 0..<2 {
      let vector = adapter.parameters[index]
      vector.update(to: [first] + vector.value.values.dropFirst())
    }
    var stream = RandomGenerator(seed: 2)
    let x = Tensor(stream.normal(6 * 48), shape: [6, 48])
    let pass = ForwardPass(isTraining: true, images: 2, generator: stream)
    let y = adapter.delta(of: x, in: pass)
    let gradients = y.squared().sum().backward()
    for parameter in adapter.parameters {
      let gradient = try #require(gradients[parameter.value]).values
      let isFinite = gradient.allSatisfy(\.isFinite)
      let isAlive = gradient.contains { $0 != 0 }
      #expect(isFinite)
      #expect(isAlive)
    }
    let isFinite = y.values.allSatisfy(\.isFinite)
    #expect(isFinite)
  }

  /// The three starts: nothing is added but with `none`.
  @Test(arguments: AOFTOptions.Lambda.allCases, AOFTOptions.Start.allCases)
  func starts(_ lambda: AOFTOptions.Lambda, _ start: AOFTOptions.Start) throws {
    let adapter = try make(AOFTOptions { ($0.rank, $0.lambda, $0.start) = (4, lambda, start) })
    var stream = RandomGenerator(seed: 3)
    let x = Tensor(stream.normal(6 * 48), shape: [6, 48])
    let pass = ForwardPass(isTraining: true, images: 2, generator: stream)
    let largest = adapter.delta(of: x, in: pass).values.map(abs).max() ?? 1
    #expect((largest < 1e-6) == (lambda != .none))
  }

  @Test(arguments: [
    AOFTOptions { $0.rank = 3 },
    AOFTOptions { ($0.rank, $0.lambda, $0.dropout) = (3, .subtracted, 0.5) },
    AOFTOptions { ($0.rank, $0.lambda, $0.scale, $0.norm) = (3, .none, 0.5, .unit) },
    AOFTOptions { $0.rank = 1 },
    AOFTOptions { ($0.placement, $0.rank, $0.start) = (.adapter, 3, .identity) },
  ])
  func keepsTheLaws(_ options: AOFTOptions) {
    let kinds: [AdaptationSite.Kind] =
      options.placement == .lora ? [.query, .fc1, .fc2] : [.attention, .mlp]
    let sites = kinds.map { kind in
      AdaptationSite(
        kind: kind, layer: 1, inputWidth: 12, outputWidth: kind.isLinear ? 10 : 12)
    }
    let found = Conformance.checkEverywhere(adapter: AOFT.self, options: options, sites: sites)
    #expect(found == [:])
  }

  @Test func whatDoesNotFitIsRefused() {
    let block = AdaptationSite(kind: .mlp, layer: 0, inputWidth: 8, outputWidth: 8)
    for (options, site) in [
      (AOFTOptions { $0.rank = 4 }, block),
      (AOFTOptions { ($0.placement, $0.rank) = (.adapter, 4) }, self.site),
      (AOFTOptions { $0.rank = 41 }, self.site),
    ] {
      #expect(throws: DiagnosticError.self) { try make(options, site) }
    }
  }
}
