import PETL

/// A scale for each block of outputs of a linear map, and at some maps a shift: a form whose tensors depend
/// on the settings of each map.
///
/// Initialisation: scales 1, shifts 0.
final class BlockScales: Adapter {
  static let descriptor = PluginDescriptor(
    name: "block-scales", summary: "A scale for each block of outputs", source: "a test")

  private let scale: Parameter
  private let shift: Parameter?
  private let site: AdaptationSite
  private let options: BlockScalesOptions
  let parameters: [Parameter]
  let placement = Placement.sequential

  init(site: AdaptationSite, options: BlockScalesOptions, generator: RandomGenerator) throws {
    try Self.check(options.block, site.outputWidth)
    scale = Parameter("scale", .ones([site.outputWidth / options.block]))
    shift = options.shift ? Parameter("shift", .zeros([site.outputWidth])) : nil
    parameters = [scale] + (shift.map { [$0] } ?? [])
    (self.site, self.options) = (site, options)
  }

  static func check(_ block: Int, _ width: Int) throws {
    guard width.isMultiple(of: block) else {
      throw DiagnosticError("blocks of \(block) do not divide \(width) outputs")
    }
  }

  /// (s − 1) ⊙ y + t.
  func delta(of y: Tensor, in pass: ForwardPass) -> Tensor {
    let blocks = y.reshaped([y.shape[0], -1, options.block])
    let scaled = (blocks * (scale.value - 1).reshaped([-1, 1])).reshaped(y.shape)
    return shift.map { scaled + $0.value } ?? scaled
  }
}

/// The options of `BlockScales`.
struct BlockScalesOptions: PluginOptions {
  var block = 2
  var shift = false

  init() {}

  mutating func visit(_ options: OptionReader) {
    options.integer("block", &block, in: 1...64, help: "the outputs of a block")
    options.boolean("shift", &shift, help: "whether there is a shift")
  }
}

extension BlockScales: PEFTConvertible {
  static let peftForm = PEFTForm(
    "BLOCKS", title: "block scale",
    keys: [
      PEFTKey("block", default: 2, least: 1, option: "block", pattern: "block_pattern"),
      PEFTKey(modules: "shifted_modules", option: "shift"),
      PEFTKey("mode", default: true, allowed: [true, "plain"]),
    ],
    tensors: [
      PEFTTensor("scale", [.any], parameter: "scale"),
      PEFTTensor("shift", [.outputs], parameter: "shift", isOptional: true),
      PEFTTensor("copy", [.any], isOptional: true),
    ],
    fused: .rows(unadapted: 1))

  var peftSettings: [String: PEFTValue] {
    ["block": .whole(options.block), "shifted_modules": .flag(options.shift)]
  }

  static func peftLayout(
    _ settings: [String: PEFTValue], inputs: Int, outputs: Int
  ) throws -> [PEFTTensor] {
    guard case .whole(let block)? = settings["block"] else { return peftForm.tensors }
    try check(block, outputs)
    let scale = PEFTTensor("scale", [.outputBlocks(block)])
    let copy = PEFTTensor("copy", [.outputBlocks(block)], isOptional: true)
    return settings["shifted_modules"] == .flag(true)
      ? [scale, PEFTTensor("shift", [.outputs]), copy] : [scale, copy]
  }
}
