import PETL

extension IA3: PEFTConvertible {
  /// PEFT's `IA3`: `ia3_l` [out, 1], or [1, in] of a map that `feedforward_modules` names.
  public static let peftForm = PEFTForm(
    "IA3", title: "(IA)³",
    keys: [
      PEFTKey(modules: "feedforward_modules", option: "feedforward"),
      PEFTKey("fan_in_fan_out", always: false), PEFTKey("init_ia3_weights", always: true),
    ],
    tensors: [PEFTTensor("ia3_l", [.any, .any], parameter: "ia3_l")],
    fused: .rows(unadapted: 1))

  /// Whether the inputs are scaled.
  public var peftSettings: [String: PEFTValue] {
    ["feedforward_modules": .flag(isFeedforward)]
  }

  /// A column of outputs, or a row of inputs.
  public static func peftLayout(
    _ settings: [String: PEFTValue], inputs: Int, outputs: Int
  ) -> [PEFTTensor] {
    let isFeedforward = settings["feedforward_modules"] == .flag(true)
    return [
      PEFTTensor(
        "ia3_l", isFeedforward ? [.fixed(1), .inputs] : [.outputs, .fixed(1)],
        parameter: "ia3_l")
    ]
  }

  /// The scales as a column, or as a row.
  public func peftTensors() -> [String: Tensor] {
    let scale = parameters[0].value.detached()
    return ["ia3_l": scale.reshaped(isFeedforward ? [1, -1] : [-1, 1])]
  }
}
