import PETL
import PoLAR
import TestSupport
import Testing

struct PoLARTests {
  private let site = AdaptationSite(kind: .value, layer: 3, inputWidth: 64, outputWidth: 48)

  private func make(_ options: PoLAROptions) throws -> PoLAR {
    try PoLAR(site: site, options: options, generator: RandomGenerator(seed: 1))
  }

  private func pass(images: Int) -> ForwardPass {
    ForwardPass(isTraining: false, images: images, generator: RandomGenerator(seed: 3))
  }

  private var input: Tensor {
    var generator = RandomGenerator(seed: 2)
    return Tensor(generator.normal(10 * 64), shape: [10, 64])
  }

  private func gap(_ a: Tensor, _ b: Tensor) -> Float {
    zip(a.values, b.values).map { abs($0 - $1) }.max() ?? 0
  }

  @Test("ΔH, ΔW and gradients are PyTorch's", arguments: PoLARFixture.shared.adapters)
  func golden(_ fixture: PoLARFixture.Case) throws {
    let theta = try #require(PoLAROptions.Theta(rawValue: fixture.theta))
    let site = AdaptationSite(
      kind: .fc1, layer: 0, inputWidth: fixture.input.shape[1],
      outputWidth: fixture.output.shape[1])
    let adapter = try PoLAR(
      site: site,
      options: PoLAROptions {
        ($0.rank, $0.alpha, $0.theta, $0.start) = (fixture.rank, fixture.alpha, theta, .identity)
      },
      generator: RandomGenerator(seed: 1))
    #expect(adapter.parameters.map(\.value.shape) == fixture.parameters.map(\.shape))
    for (parameter, value) in zip(adapter.parameters, fixture.parameters) {
      parameter.update(to: value.values)
    }
    let delta = adapter.delta(of: fixture.input.tensor, in: pass(images: 2))
    let output = gap(delta, fixture.output.tensor)
    #expect(output < 3e-6, "\(output)")
    let merged = gap(try #require(adapter.mergedDelta()), fixture.merged.tensor)
    #expect(merged < 3e-6, "\(merged)")
    let gradients = delta.backward(from: fixture.upstream.tensor)
    for (parameter, expected) in zip(adapter.parameters, fixture.gradients) {
      let gradient = try #require(gradients[parameter.value])
      let error = gap(gradient, expected.tensor)
      #expect(error < 2e-5, "\(parameter.name): \(error)")
    }
  }

  @Test func startsAtThePreTrainedNetworkWithOrthonormalFactors() throws {
    let adapter = try make(PoLAROptions { $0.rank = 8 })
    #expect(adapter.parameters.map(\.name) == ["lora_A", "lora_S", "lora_B"])
    #expect(adapter.parameters.map(\.value.shape) == [[8, 64], [8, 8], [8, 48]])
    #expect(adapter.parameters.map(\.decays) == [false, true, false])
    for parameter in [adapter.parameters[0], adapter.parameters[2]] {
      let distance = try #require(parameter.geometry.distance(of: parameter.value))
      #expect(distance < 1e-6)
    }
    let delta = adapter.delta(of: input, in: pass(images: 2))
    #expect(delta.values.allSatisfy { $0 == 0 })
    // The first gradient is Θ's alone, and is not zero: training can start.
    let gradients = delta.backward(from: .ones(delta.shape))
    let norms = adapter.parameters.map { gradients[$0.value]?.squaredNorm ?? -1 }
    #expect(norms[0] == 0)
    #expect(norms[1] > 1)
    #expect(norms[2] == 0)
  }

  @Test func stellaStartsElsewhere() throws {
    let adapter = try StelLA(
      site: site, options: StelLAOptions(), generator: RandomGenerator(seed: 1))
    let merged = try #require(adapter.mergedDelta())
    // U Vᵀ with orthonormal U and V: rank 8, all singular values 1.
    let values = DoubleMatrix(merged).singularValues().values
    #expect(values.prefix(8).allSatisfy { abs($0 - 1) < 1e-5 })
    #expect(values.dropFirst(8).allSatisfy { $0 < 1e-5 })
    let geometry = try #require(adapter.parameters[0].geometry as? StiefelStelLA)
    #expect(geometry.hidden == 48)
  }

  /// 24 sites of ViT-B/16, r = 8: r (m + n) + r² each.
  @Test func parametersOfViTB() throws {
    var total = 0
    for layer in 0..<12 {
      for kind in [AdaptationSite.Kind.query, .value] {
        let site = AdaptationSite(kind: kind, layer: layer, inputWidth: 768, outputWidth: 768)
        let adapter = try PoLAR(
          site: site, options: PoLAROptions(), generator: RandomGenerator(seed: 1))
        total += adapter.parameters.reduce(0) { $0 + $1.value.count }
      }
    }
    #expect(total == 296_448)
  }

  @Test func geometriesAndFactors() throws {
    let names = try PoLAROptions.Constraint.allCases.map { constraint in
      try make(PoLAROptions { $0.geometry = constraint }).parameters.map(\.geometry.name)
    }
    let expected = PoLAROptions.Constraint.allCases.map { [$0.rawValue, "free", $0.rawValue] }
    #expect(names == expected)
    let free = try make(PoLAROptions { $0.geometry = .free }).parameters.map(\.decays)
    #expect(free == [true, true, true])
    let paper = try make(PoLAROptions { ($0.lambda, $0.lambdaConvention) = (0.5, .paper) })
    let landing = try #require(paper.parameters[0].geometry as? StiefelLanding)
    #expect(landing.lambda == 4)
    #expect(PoLAROptions { ($0.rank, $0.alpha) = (8, 32) }.effectiveScale == 4)
    #expect(PoLAROptions { $0.scale = 0.5 }.effectiveScale == 0.5)
  }

  @Test func aRankLargerThanTheMapIsRefused() {
    let error = #expect(throws: DiagnosticError.self) { try make(PoLAROptions { $0.rank = 49 }) }
    let text = error?.description ?? ""
    #expect(text.contains("rank 49 is larger than site 'blocks.3.value' (64 → 48)"))
  }

  @Test(arguments: [
    (["alpha": "8", "scale": "2"], "'scale' and 'alpha' both give the factor"),
    (["theta": "fixed"], "'theta: fixed' is the identity from the start"),
    (["lambda": "2", "geometry": "qr"], "'lambda' means nothing with geometry: qr"),
    (
      ["lambda_convention": "paper", "geometry": "soft"],
      "'lambda_convention' means nothing with geometry: soft"
    ),
  ])
  func contradictions(_ values: [String: String], _ words: String) {
    let lines = values.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
    let reader = OptionReader(options(lines.joined(separator: "\n")), section: "adapter")
    _ = PoLAROptions(from: reader)
    let messages = reader.diagnostics.map(\.message)
    #expect(messages == [words])
  }
}
