import PETL

/// PEFT's `bias`: which biases of the network itself a folder brings.
public enum PEFTBias: Sendable, Hashable {
  /// None.
  case none
  /// Those of the adapted maps.
  case adapted
  /// Every parameter with `bias` in its name.
  case all

  /// What a configuration of this type says for it.
  package func word(of type: String) -> String {
    switch self {
    case .none: "none"
    case .all: "all"
    case .adapted: (Self.stems[type] ?? type.lowercased()) + "_only"
    }
  }

  /// What stands before `_only` where it is not the type in lower case.
  private static let stems = ["ADALORA": "lora", "FOURIERFT": "fourier", "MISS": "MiSS"]
}

extension PEFTFields {
  /// The value of `bias` in a configuration of this type.
  ///
  /// - Throws: `DiagnosticError` that names the key and its value.
  func bias(of type: String) throws -> PEFTBias {
    guard let value = json["bias"], !value.isNull else { return .none }
    let known: [PEFTBias] = [.none, .adapted, .all]
    let word = value.text?.lowercased()
    if let found = known.first(where: { $0.word(of: type).lowercased() == word }) { return found }
    throw DiagnosticError(
      "\(file): `bias` is \(value.text.map { "`\($0)`" } ?? value.kind), which is not supported",
      hints: ["expected \(known.map { "`\($0.word(of: type))`" }.joined(separator: ", "))"])
  }
}

/// Finds the tensors of a folder that are weights of the network itself.
struct PEFTNetworkTensors {
  /// What a tensor is.
  enum Finding {
    /// A weight of the network, by its name there, and how the folder holds it.
    case weight(String, PEFTAdapterFolder.FullTensor.Role)
    /// One that the file has under another name, too.
    case copy
  }

  let targets: PEFTTargets
  let bias: PEFTBias

  /// What a tensor is; nil for one that the configuration does not ask for.
  ///
  /// PEFT writes the bias of an adapted map as `MAP.base_layer.bias`; with `all`, those of modules that are
  /// saved whole three times.
  ///
  /// - Parameter name: Without what PEFT puts before all names.
  /// - Returns: nil, too, where nothing is known of such a name.
  /// - Throws: `DiagnosticError` that names an expression that takes too long.
  func find(_ name: String) throws -> Finding? {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    if parts.contains("modules_to_save") || parts.contains("original_module") {
      return bias == .all && name.contains("bias") ? .copy : nil
    }
    let isOfAdapted = bias != .none && name.contains("bias") && parts.contains("base_layer")
    let plain = isOfAdapted ? parts.filter { $0 != "base_layer" }.joined(separator: ".") : name
    let module = parts.dropLast().joined(separator: ".")
    if isOfAdapted {
      let map = module.split(separator: ".").prefix { $0 != "base_layer" }.joined(separator: ".")
      return try targets.adapts(map) ? .weight(plain, .bias) : nil
    }
    if targets.saves(module) { return .weight(plain, .saved) }
    return bias == .all && name.contains("bias") ? .weight(plain, .bias) : nil
  }
}
