import PETL

/// C3A (Chen et al., arXiv 2407.19342) as PEFT has it: ΔW consists of circulant blocks, each by one row of numbers.
///
/// Block (m, n) of ΔW has w[m, n, (t − j) mod b] / in at row j and column t. PEFT computes ΔH by Fourier transforms;
/// here ΔW is built, and merging is exact. The gradient of x that PEFT 0.21 computes takes the kernels the other way
/// round; here it is the derivative.
///
/// It does not decompose: a circulant block has full rank, and the Fourier modes in which it is diagonal are
/// fixed. ΔW itself can be regularized.
///
/// Initialisation (PEFT): uniform in ±√(6 / (in + out)), so that training starts beside the pre-trained network,
/// not at it; `init_weights: true` starts at it.
public final class C3A: Adapter {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "c3a", summary: "A change of weights by circulant blocks; merged exactly",
    source: "Chen et al., C3A, arXiv 2407.19342, as PEFT has it")

  private let kernel: Parameter
  private let site: AdaptationSite
  let options: C3AOptions
  /// For each element of a block its place in the kernel.
  private let places: [Int]

  /// `c3a_kernel`, [out / b, in / b, b].
  public let parameters: [Parameter]
  /// Whether all kernels are 0 at first.
  public var startsAtNetwork: Bool { options.start == .zero }

  /// Makes the adapter of a linear map.
  ///
  /// - Throws: `DiagnosticError` with the nearest sizes when a kernel does not divide inputs and outputs.
  public init(site: AdaptationSite, options: C3AOptions, generator: RandomGenerator) throws {
    let (inputs, outputs, b) = (site.inputWidth, site.outputWidth, options.blockSize)
    if let reason = options.objection(inputs: inputs, outputs: outputs) {
      throw DiagnosticError("\(reason.message) of site '\(site.name)'", hints: [reason.hint])
    }
    var generator = generator
    let shape = [outputs / b, inputs / b, b]
    let count = shape.reduce(1, *)
    func uniform(_ bound: Float) -> [Float] { generator.uniform(count, in: -bound..<bound) }
    let values: [Float]
    switch options.start {
    case .xavier: values = uniform((6 / Float(inputs + outputs)).squareRoot())
    case .kaiming: values = uniform(1 / Float(inputs).squareRoot())
    case .gaussian: values = generator.normal(count)
    case .zero: values = Array(repeating: 0, count: count)
    }
    kernel = Parameter("c3a_kernel", Tensor(values, shape: shape))
    parameters = [kernel]
    places = (0..<b * b).map { ($0 % b - $0 / b + b) % b }
    (self.site, self.options) = (site, options)
  }

  /// x ΔWᵀ.
  public func delta(of x: Tensor, in pass: ForwardPass) -> Tensor {
    x.matmul(change, transposingOther: true)
  }

  /// ΔW.
  public func weightChange() -> Tensor? { change }

  private var change: Tensor {
    let (inputs, outputs, b) = (site.inputWidth, site.outputWidth, options.blockSize)
    // [b, blocks] to [row, column, blocks].
    let rows = kernel.value.reshaped([-1, b]).transposed().gathered(places)
    return rows.reshaped([b, b, outputs / b, inputs / b]).transposed([2, 0, 3, 1])
      .reshaped([outputs, inputs]).scaled(by: 1 / Float(inputs))
  }
}

extension C3AOptions {
  /// Why kernels do not fit a map, and the nearest lengths that do; nil when they do.
  func objection(inputs: Int, outputs: Int) -> (message: String, hint: String)? {
    func fits(_ size: Int) -> Bool { inputs.isMultiple(of: size) && outputs.isMultiple(of: size) }
    if fits(blockSize) { return nil }
    let fitting = (1...max(1, min(inputs, outputs))).filter(fits)
    let nearest = [fitting.last { $0 < blockSize }, fitting.first { $0 > blockSize }]
      .compactMap { $0.map(String.init) }
    return (
      "'block_size' \(blockSize) does not divide the \(inputs) inputs and \(outputs) outputs",
      "the nearest that do are \(nearest.joined(separator: " and "))"
    )
  }
}
