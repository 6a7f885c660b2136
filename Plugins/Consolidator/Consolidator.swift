import PETL

/// Consolidator (Hao et al., arXiv 2305.00603): beside each map, maps whose channels are in groups,
/// ΔH = δ Σ_g (x W_gᵀ + b_g), each W_g block-diagonal with g blocks.
///
/// One branch for each of `groups`; its weight is stored as [out, in / g], its bias is [out]. δ is 0 or
/// 1 / (1 − p) for each image while training with drop-path, else 1. With `shuffle`, channels are reordered
/// before they are grouped. 304,128 parameters on ViT-B/16 with 384 groups, the published 0.35%. In the official
/// code query, key and value are one map, whose groups give each of them a third of the inputs; here each is a
/// map of its own, with all inputs and as many parameters.
///
/// Initialisation, as in the official code: weights and biases uniform in ±1e-3, so that training starts near
/// the pre-trained network. Biases are free of weight decay: our choice.
///
/// It does not decompose into subspaces: as rank-one maps its coefficients would be the input's channels, which
/// nothing trains, and groups reach different channels of the output, so what they add is orthogonal whatever
/// they learn.
public final class Consolidator: Adapter {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "consolidator",
    summary: "Beside each map one whose channels are in groups; merged exactly",
    source: "Hao et al., Consolidator, arXiv 2305.00603, and its code")

  /// All linear maps, as in the paper.
  public static func defaultSites(with options: ConsolidatorOptions) -> [AdaptationSite.Kind] {
    AdaptationSite.Kind.usual.filter(\.isLinear)
  }

  /// No: small random values add a little from the start.
  public var startsAtNetwork: Bool { false }

  private let branches: [GroupedMap]
  private let site: AdaptationSite
  private let options: ConsolidatorOptions

  /// `weight_g` and `bias_g` of each branch, g its groups.
  public let parameters: [Parameter]

  /// Makes the adapter of a linear map.
  ///
  /// - Throws: `DiagnosticError` when groups do not divide both widths, or are there twice.
  public init(
    site: AdaptationSite, options: ConsolidatorOptions, generator: RandomGenerator
  ) throws {
    try Self.check(options.groups, site)
    var generator = generator
    func start(_ shape: [Int]) -> Tensor {
      Tensor(generator.uniform(shape.reduce(1, *), in: -1e-3..<1e-3), shape: shape)
    }
    branches = options.groups.map { groups in
      GroupedMap(
        weight: Parameter(
          "weight_\(groups)", start([site.outputWidth, site.inputWidth / groups])),
        bias: options.biases
          ? Parameter("bias_\(groups)", start([site.outputWidth]), decays: false) : nil,
        groups: groups, shuffles: options.shuffle)
    }
    parameters = branches.flatMap { [$0.weight] + [$0.bias].compactMap { $0 } }
    (self.site, self.options) = (site, options)
  }

  private static func check(_ groups: [Int], _ site: AdaptationSite) throws {
    guard !groups.isEmpty, Set(groups).count == groups.count else {
      throw DiagnosticError(
        "groups \(groups) are not those of different branches",
        hints: ["name each number of groups once, at least one: groups: [384]"])
    }
    let (a, b) = (site.inputWidth, site.outputWidth)
    func fits(_ count: Int) -> Bool { a.isMultiple(of: count) && b.isMultiple(of: count) }
    guard let count = groups.first(where: { !fits($0) }) else { return }
    let near = (1...min(a, b)).filter(fits).min { abs($0 - count) < abs($1 - count) } ?? 1
    throw DiagnosticError(
      "\(count) groups do not divide the widths of site '\(site.name)' (\(a) → \(b))",
      hints: ["the nearest number that does is \(near)"])
  }

  /// δ Σ (x Wᵀ + b).
  public func delta(of x: Tensor, in pass: ForwardPass) -> Tensor {
    let sum = branches.dropFirst().reduce(branches[0](x)) { $0 + $1(x) }
    return pass.dropPath(sum, probability: options.dropPath, stream: site.name)
  }

  /// Σ W.
  public func weightChange() -> Tensor? {
    branches.dropFirst().reduce(branches[0].matrix) { $0 + $1.matrix }
  }

  /// Σ b.
  public func mergedBias() -> Tensor? {
    guard options.biases else { return nil }
    return noGradient {
      branches.compactMap { $0.bias?.value }.reduce(.zeros([site.outputWidth]), +)
    }
  }
}
