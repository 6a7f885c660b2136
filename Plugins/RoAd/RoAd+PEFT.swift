import PETL

extension RoAd: PEFTConvertible {
  /// PEFT's `ROAD`: `road_theta` and `road_alpha`, [out / 2], [out] or [2 out] as the variant has it.
  public static let peftForm = PEFTForm(
    "ROAD", title: "RoAd",
    keys: [
      PEFTKey(
        "variant", default: "road_1", allowed: ["road_1", "road_2", "road_4"], option: "variant"),
      PEFTKey("group_size", default: 64, least: 2, option: "group_size"),
      PEFTKey("init_weights", always: true),
    ],
    tensors: [
      PEFTTensor("road_theta", [.any], parameter: "road_theta"),
      PEFTTensor("road_alpha", [.any], parameter: "road_alpha"),
    ], fused: .rows(unadapted: 1))

  /// The variant and the size of groups.
  public var peftSettings: [String: PEFTValue] {
    ["variant": .text(options.variant.rawValue), "group_size": .whole(options.groupSize)]
  }

  /// Both tensors with the lengths of the variant.
  ///
  /// - Throws: `DiagnosticError` when the groups do not divide the outputs.
  public static func peftLayout(
    _ settings: [String: PEFTValue], inputs: Int, outputs: Int
  ) throws -> [PEFTTensor] {
    var options = RoAdOptions()
    if case .text(let name)? = settings["variant"] {
      options.variant = RoAdOptions.Variant(rawValue: name) ?? options.variant
    }
    if case .whole(let size)? = settings["group_size"] { options.groupSize = size }
    if let reason = options.objection(to: outputs) {
      throw DiagnosticError(reason.message, hints: [reason.hint])
    }
    let axis: PEFTTensor.Axis =
      switch options.variant {
      case .one: .outputBlocks(2)
      case .two: .outputs
      case .four: .outputMultiples(2)
      }
    return [
      PEFTTensor("road_theta", [axis], parameter: "road_theta", unadapted: 0),
      PEFTTensor("road_alpha", [axis], parameter: "road_alpha"),
    ]
  }
}
