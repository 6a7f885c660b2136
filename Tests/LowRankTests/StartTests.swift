import LoRA
import LoRAXS
import PETL
import Recipes
import Testing

/// Starts of LoRA that are made of the frozen weight or of inputs.
struct StartTests {
  private let site = AdaptationSite(kind: .fc1, layer: 0, inputWidth: 12, outputWidth: 20)

  private var weight: Tensor {
    var generator = RandomGenerator(seed: 1)
    return Tensor(generator.normal(240), shape: [20, 12])
  }

  /// A LoRA of rank 4 and scale 1.5 on a weight.
  private func lora(_ start: LoRAStart) throws -> LoRA {
    let options = LoRAOptions { ($0.rank, $0.alpha, $0.start) = (4, 6, start) }
    let adapter = try LoRA(site: site, options: options, generator: RandomGenerator(seed: 2))
    adapter.bind(weight: weight, bias: .zeros([20]))
    return adapter
  }

  private func value(_ name: String, of adapter: any Adapter) throws -> Tensor {
    try #require(adapter.parameters.first { $0.name == name }).value.detached()
  }

  private func distance(_ a: Tensor, _ b: Tensor) -> Float {
    zip(a.values, b.values).map { abs($0 - $1) }.max() ?? .infinity
  }

  /// s B₀ᵀ A₀, [out, in].
  private func removed(_ adapter: LoRA) throws -> Tensor {
    try value("lora_B0", of: adapter)
      .matmul(value("lora_A0", of: adapter), transposingSelf: true).scaled(by: 1.5)
  }

  /// The weight with some of its singular values only.
  private func part(_ range: Range<Int>) -> Tensor {
    let found = DoubleMatrix(weight).singularValues()
    let left = found.left.columns(range).scalingColumns(by: Array(found.values[range]))
    return (left * found.rightTransposed.transposed.columns(range).transposed).tensor
  }

  @Test(arguments: [(LoRAStart.pissa, 0..<4), (.milora, 8..<12)])
  func singularValues(_ start: LoRAStart, _ range: Range<Int>) throws {
    let adapter = try lora(start)
    #expect(try distance(removed(adapter), part(range)) < 1e-5)
    // Shared evenly: both factors have the same Gram matrix, diagonal.
    let (a, b) = try (value("lora_A0", of: adapter), value("lora_B0", of: adapter))
    let grams = [a, b].map { $0.matmul($0, transposingOther: true) }
    #expect(distance(grams[0], grams[1]) < 1e-5)
    #expect(adapter.delta(of: weight, in: pass).values.allSatisfy { abs($0) < 1e-5 })
  }

  @Test func olora() throws {
    let adapter = try lora(.olora)
    let (a, b) = try (value("lora_A0", of: adapter), value("lora_B0", of: adapter))
    #expect(
      distance(b.matmul(b, transposingOther: true), DoubleMatrix(identity: 4).tensor) < 1e-6)
    // The first columns of the weight are those of Q R, and R is upper triangular.
    let product = b.matmul(a, transposingSelf: true)
    #expect(distance(product.sliced(axis: 1, 0..<4), weight.sliced(axis: 1, 0..<4)) < 1e-5)
    for row in 1..<4 {
      for column in 0..<row { #expect(abs(a.values[row * 12 + column]) < 1e-5) }
    }
  }

  @Test func trainedValuesStayWhenBoundAgain() throws {
    let adapter = try lora(.pissa)
    let other = Tensor.ones([4, 12])
    adapter.parameters[0].update(to: other)
    adapter.bind(weight: weight, bias: .zeros([20]))
    #expect(try value("lora_A", of: adapter).values == other.values)
  }

  @Test func orthogonalRowsCancel() throws {
    let adapter = try lora(.orthogonal)
    let (a, b) = try (value("lora_A", of: adapter), value("lora_B", of: adapter))
    #expect(a.values.contains { abs($0) > 0.01 })
    #expect(b.values.contains { abs($0) > 0.01 })
    #expect(b.matmul(a, transposingSelf: true).values.allSatisfy { abs($0) < 1e-6 })
    #expect(adapter.parameters.map(\.name) == ["lora_A", "lora_B"])
  }

  @Test func gaussianHasPEFTsDeviation() throws {
    let wide = AdaptationSite(kind: .fc1, layer: 0, inputWidth: 4000, outputWidth: 8)
    let options = LoRAOptions { ($0.rank, $0.start) = (4, .gaussian) }
    let adapter = try LoRA(site: wide, options: options, generator: RandomGenerator(seed: 2))
    let a = try value("lora_A", of: adapter)
    #expect(abs((a.squaredNorm / Float(a.count)).squareRoot() - 0.25) < 0.005)
  }

  @Test func loRAXSTakesTheFirstSingularVectors() throws {
    let options = LoRAXSOptions { $0.rank = 5 }
    let adapter = try LoRAXS(site: site, options: options, generator: RandomGenerator(seed: 2))
    adapter.bind(weight: weight, bias: .zeros([20]))
    let (a, b) = try (value("lora_A", of: adapter), value("lora_B", of: adapter))
    #expect(distance(b.matmul(a, transposingSelf: true), part(0..<5)) < 1e-5)
    #expect(
      distance(b.matmul(b, transposingOther: true), DoubleMatrix(identity: 5).tensor) < 1e-6)
  }

  @Test func contradictionsAreReported() throws {
    func words(_ options: String) throws -> [String] {
      let node = try YAMLReader.parse(text: "{\(options)}", name: "options")
      let reader = OptionReader(node, section: "adapter")
      _ = LoRAOptions(from: reader)
      return reader.diagnostics.map(\.message)
    }
    #expect(
      try words("rank: 3, start: orthogonal")
        == ["'start: orthogonal' needs an even rank, found 3"])
    #expect(
      try words("scale: 0, start: pissa") == ["'start' divides by the factor, which is 0"])
    #expect(
      try words("scale: 0, lora_fa: projected")
        == ["'lora_fa' divides by the factor, which is 0"])
    #expect(try words("rank: 4, start: eva, lora_fa: plain") == [])
  }

  private var pass: ForwardPass {
    ForwardPass(isTraining: false, images: 1, generator: RandomGenerator(seed: 0))
  }
}
