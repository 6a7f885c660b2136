import PETL

extension HRA: PEFTConvertible {
  /// PEFT's `HRA`: `hra_u` [in, r], the transpose of the parameter.
  public static let peftForm = PEFTForm(
    "HRA",
    keys: [
      PEFTKey("r", default: 8, least: 1, option: "r"),
      PEFTKey("apply_GS", default: false, option: "apply_GS"),
      PEFTKey("init_weights", always: true), PEFTKey("bias", always: "none"),
    ],
    tensors: [
      PEFTTensor("hra_u", [.inputs, .key("r")], parameter: "hra_u", isTransposed: true)
    ], fused: .alike)

  /// The reflections, and whether they are made orthogonal.
  public var peftSettings: [String: PEFTValue] {
    ["r": .whole(options.reflections), "apply_GS": .flag(options.isOrthogonal)]
  }
}
