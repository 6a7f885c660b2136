import PETL

/// VB-LoRA (Li et al., arXiv 2405.15179, as PEFT has it): a LoRA whose A and B are made of vectors from one bank
/// that all sites share.
///
/// Each piece of `vector_length` numbers of A and B is the mean of the `topk` vectors with
/// the largest logits of the piece, weighted by the softmax of those logits.
///
/// ΔH = x Aᵀ B is a sum of r rank-one maps, and merges exactly. Bank and logits are trained; which vectors are
/// the largest has no gradient.
///
/// Initialisation (PEFT): the bank uniform in ±0.02, logits normal with a deviation of 0.1. Neither A nor B is
/// zero, so training starts a little beside the pre-trained network.
public final class VBLoRA: SubspaceDecomposable {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "vb-lora", summary: "A LoRA made of vectors from one bank for all sites",
    source: "Li et al., VB-LoRA, arXiv 2405.15179, as PEFT has it")

  private let bank: Parameter
  private let down: Parameter
  private let up: Parameter
  private let site: AdaptationSite
  let options: VBLoRAOptions
  /// The length of a vector.
  var length: Int { bank.value.shape[1] }

  /// `vblora_logits_A` [r, in / length, vectors], `vblora_logits_B` [out / length, r, vectors], and the shared
  /// `vblora_vector_bank` [vectors, length].
  public let parameters: [Parameter]

  /// A bank has vectors that all sites share, so it changes what it is not trained for.
  public let startsAtNetwork = false

  /// Makes the adapter of a network of one site.
  ///
  /// - Throws: `DiagnosticError` with the nearest lengths when vectors do not divide both widths.
  public convenience init(
    site: AdaptationSite, options: VBLoRAOptions, generator: RandomGenerator
  ) throws {
    try self.init(
      site: site, options: options, bank: Self.bank([site], options, generator),
      generator: generator)
  }

  private init(
    site: AdaptationSite, options: VBLoRAOptions, bank: Parameter, generator: RandomGenerator
  ) throws {
    let length = bank.value.shape[1]
    try Self.check(
      length, inputs: site.inputWidth, outputs: site.outputWidth, at: site.name)
    var generator = generator
    func logits(_ name: String, _ shape: [Int]) -> Parameter {
      Parameter(
        name, .normal(shape, deviation: Float(options.logitDeviation), using: &generator))
    }
    let (rank, count) = (options.rank, options.vectors)
    down = logits("vblora_logits_A", [rank, site.inputWidth / length, count])
    up = logits("vblora_logits_B", [site.outputWidth / length, rank, count])
    self.bank = bank
    parameters = [down, up, bank]
    (self.site, self.options) = (site, options)
  }

  /// The same bank for all sites.
  public static func attach(
    to sites: [AdaptationSite], options: VBLoRAOptions, generator: RandomGenerator
  ) throws -> [AdapterSet.Entry] {
    let bank = bank(sites, options, generator)
    return try sites.map { site in
      let adapter = try VBLoRA(
        site: site, options: options, bank: bank, generator: generator.split(site.name))
      return AdapterSet.Entry(site: site, adapter: adapter)
    }
  }

  private static func bank(
    _ sites: [AdaptationSite], _ options: VBLoRAOptions, _ generator: RandomGenerator
  ) -> Parameter {
    let length = options.length ?? usualLength(sites)
    var generator = generator.split("vb-lora")
    let bound = Float(options.bankBound)
    let values = generator.uniform(options.vectors * length, in: -1..<1)
    return Parameter(
      "vblora_vector_bank",
      Tensor(values.map { $0 * bound }, shape: [options.vectors, length]),
      isShared: true)
  }

  /// PEFT's 256, or else the largest smaller number that divides the widths of all sites.
  private static func usualLength(_ sites: [AdaptationSite]) -> Int {
    let widths = sites.flatMap { [$0.inputWidth, $0.outputWidth] }
    return (1...256).last { length in widths.allSatisfy { $0.isMultiple(of: length) } } ?? 1
  }

  /// - Throws: `DiagnosticError` when vectors do not divide both widths.
  static func check(_ length: Int, inputs: Int, outputs: Int, at place: String? = nil) throws {
    guard inputs.isMultiple(of: length), outputs.isMultiple(of: length) else {
      let site = place.map { " of site '\($0)'" } ?? ""
      throw DiagnosticError(
        "vector_length \(length) does not divide \(inputs) inputs and \(outputs) outputs\(site)",
        hints: ["next common divisors: \(nearestDivisors(to: length, of: inputs, outputs))"])
    }
  }

  /// S = dropout(x) Aᵀ and B.
  public func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    let (directions, basis) = factors
    let input = pass.dropout(x, probability: options.dropout, stream: site.name)
    return Subspaces(
      coefficients: input.projected(onto: directions), basis: basis, directions: directions,
      images: pass.images)
  }

  /// A and B.
  public func linearFactors() -> (directions: Tensor, basis: Tensor)? { factors }

  private var factors: (directions: Tensor, basis: Tensor) {
    Self.factors(down.value, up.value, bank.value, top: options.top)
  }

  /// - Parameters:
  ///   - down: the logits of A, [r, in / length, vectors].
  ///   - up: the logits of B, [out / length, r, vectors].
  ///   - bank: [vectors, length].
  ///   - top: how many vectors a piece is made of.
  /// - Returns: A, [r, in], and B, [r, out].
  static func factors(
    _ down: Tensor, _ up: Tensor, _ bank: Tensor, top: Int
  ) -> (directions: Tensor, basis: Tensor) {
    let rank = down.shape[0]
    func pieces(_ logits: Tensor) -> Tensor {
      let lines = logits.shape[0] * logits.shape[1]
      let (values, places) = logits.reshaped([lines, bank.shape[0]]).top(top)
      return values.softmax().reshaped([lines, 1, top])
        .matmul(bank.gathered(places).reshaped([lines, top, bank.shape[1]]))
    }
    return (
      pieces(down).reshaped([rank, -1]),
      pieces(up).reshaped([up.shape[0], rank, bank.shape[1]]).transposed([1, 0, 2])
        .reshaped([rank, -1])
    )
  }
}
