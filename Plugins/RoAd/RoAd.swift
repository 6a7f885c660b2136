import PETL

/// RoAd (Liao and Monz, arXiv 2409.00119) as PEFT has it: pairs of outputs of a frozen map are rotated and scaled,
/// y ← R (W x + b).
///
/// An output y₁ and its partner y₂ become α cos θ y₁ − α sin θ y₂ and α sin θ y₁ + α cos θ y₂, with one α and θ for the
/// pair (`road_1`), for each of the two outputs (`road_2`), or for each of the four numbers (`road_4`).
///
/// It does not decompose: no two of its pairs have an output in common, so that none can repeat another.
///
/// Initialisation (PEFT): θ = 0 and α = 1, so that training starts at the pre-trained network. Keeps the frozen
/// weight.
public final class RoAd: OutputReading, WeightBinding {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "road", summary: "Pairs of outputs of a map rotated and scaled; merged exactly",
    source: "Liao and Monz, RoAd, arXiv 2409.00119, as PEFT has it")

  private let angles: Parameter
  private let scales: Parameter
  private let site: AdaptationSite
  let options: RoAdOptions
  /// W, [out, in], and the bias, [out]; nil before they are handed over.
  private var map: (weight: Tensor, bias: Tensor)?

  /// `road_theta` and `road_alpha`, each [out / 2], [out] or [2 out], in PEFT's order.
  public let parameters: [Parameter]

  /// Makes the adapter of a linear map.
  ///
  /// - Throws: `DiagnosticError` with the nearest sizes when the groups do not divide the outputs.
  public init(site: AdaptationSite, options: RoAdOptions, generator: RandomGenerator) throws {
    let width = site.outputWidth
    if let reason = options.objection(to: width) {
      throw DiagnosticError("\(reason.message) of site '\(site.name)'", hints: [reason.hint])
    }
    let count = width / 2 * options.numbersByPair
    angles = Parameter("road_theta", .zeros([count]), decays: false)
    scales = Parameter("road_alpha", .ones([count]), decays: false)
    parameters = [angles, scales]
    (self.site, self.options) = (site, options)
  }

  /// Takes over the frozen weight.
  public func bind(weight: Tensor, bias: Tensor) { map = (weight, bias) }

  private var weight: Tensor { map?.weight ?? .zeros([site.outputWidth, site.inputWidth]) }
  private var bias: Tensor { map?.bias ?? .zeros([site.outputWidth]) }

  /// ΔH with the map's output computed here.
  public func delta(of x: Tensor, in pass: ForwardPass) -> Tensor {
    change(of: x.linear(weight: weight, bias: bias))
  }

  /// (R − I) y.
  public func delta(of x: Tensor, output: Tensor, in pass: ForwardPass) -> Tensor {
    change(of: output)
  }

  /// (R − I) W.
  public func weightChange() -> Tensor? { change(of: weight.transposed()).transposed() }

  /// (R − I) b.
  public func mergedBias() -> Tensor? {
    noGradient { change(of: bias.reshaped([1, width])).reshaped([width]) }
  }

  private var width: Int { site.outputWidth }

  /// R y − y of rows y, [rows, out].
  private func change(of y: Tensor) -> Tensor {
    let half = options.groupSize / 2
    let (own, other) = factors
    let halves = y.reshaped([-1, 2, half])
    let partner = Tensor.concatenated(
      [-halves.sliced(axis: 1, 1..<2), halves.sliced(axis: 1, 0..<1)], axis: 1)
    return y * (own - 1) + partner.reshaped(y.shape) * other
  }

  /// What an output keeps of itself and takes of its partner, each [out].
  private var factors: (own: Tensor, other: Tensor) {
    let half = options.groupSize / 2
    let (theta, alpha) = (angles.value, scales.value)
    switch options.variant {
    case .one:
      func both(_ x: Tensor) -> Tensor {
        x.reshaped([-1, 1, half]).broadcast(to: [width / options.groupSize, 2, half])
          .reshaped([width])
      }
      return (both(alpha * theta.cos()), both(alpha * theta.sin()))
    case .two:
      return (alpha * theta.cos(), alpha * theta.sin())
    case .four:
      func part(_ x: Tensor, _ index: Int) -> Tensor {
        x.reshaped([-1, 2, options.groupSize]).sliced(axis: 1, index..<index + 1)
          .reshaped([width])
      }
      return (part(alpha, 0) * part(theta, 0).cos(), part(alpha, 1) * part(theta, 1).sin())
    }
  }
}

extension RoAdOptions {
  /// Why groups do not fit so many outputs, and the nearest sizes that do; nil when they do.
  func objection(to width: Int) -> (message: String, hint: String)? {
    guard !width.isMultiple(of: groupSize) else { return nil }
    let fitting = stride(from: 2, through: max(2, width), by: 2).filter(width.isMultiple)
    let nearest = [fitting.last { $0 < groupSize }, fitting.first { $0 > groupSize }]
      .compactMap { $0.map(String.init) }
    return (
      "'group_size' \(groupSize) does not divide the \(width) outputs",
      nearest.isEmpty
        ? "no even number does" : "the nearest that do are \(nearest.joined(separator: " and "))"
    )
  }
}
