import PETL

extension C3A: PEFTConvertible {
  /// PEFT's `C3A`: `c3a_kernel` [out / b, in / b, b].
  ///
  /// `init_weights` says how a kernel started, and PEFT's `false` is `xavier_uniform`.
  public static let peftForm = PEFTForm(
    "C3A",
    keys: [
      PEFTKey(
        "block_size", default: 256, least: 1, option: "block_size", pattern: "block_size_pattern"),
      PEFTKey(
        "init_weights", default: "xavier_uniform",
        allowed: ["xavier_uniform", "kaiming_uniform", "gaussian", true, false]),
      PEFTKey("bias", always: "none"),
    ],
    tensors: [PEFTTensor("c3a_kernel", [.any, .any, .any], parameter: "c3a_kernel")],
    fused: .rows(unadapted: 0))

  /// The length of a kernel, and how it started.
  public var peftSettings: [String: PEFTValue] {
    [
      "block_size": .whole(options.blockSize),
      "init_weights": options.start == .zero ? .flag(true) : .text(options.start.rawValue),
    ]
  }

  /// A row of blocks for so many outputs, a column for so many inputs.
  ///
  /// - Throws: `DiagnosticError` when kernels do not divide inputs and outputs.
  public static func peftLayout(
    _ settings: [String: PEFTValue], inputs: Int, outputs: Int
  ) throws -> [PEFTTensor] {
    var options = C3AOptions()
    if case .whole(let size)? = settings["block_size"] { options.blockSize = size }
    if let reason = options.objection(inputs: inputs, outputs: outputs) {
      throw DiagnosticError(reason.message, hints: [reason.hint])
    }
    let b = options.blockSize
    return [
      PEFTTensor(
        "c3a_kernel", [.outputBlocks(b), .inputBlocks(b), .fixed(b)], parameter: "c3a_kernel")
    ]
  }
}
