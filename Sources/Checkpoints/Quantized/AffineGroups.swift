import PETL

/// The bits and the groups of mlx's matrices.
public struct AffineGroups: Sendable, Equatable {
  /// The bits and the groups of one matrix.
  struct Setting: Sendable, Equatable {
    /// How many bits a number has: 4 or 8.
    let bits: Int
    /// How many numbers of a row share a scale and a bias: 32, 64 or 128.
    let size: Int
  }

  /// The setting of all matrices that have none of their own.
  private let general: Setting
  /// By the name of a module.
  private let own: [ExactName: Setting]
  /// The modules that are not quantised.
  private let plain: Set<ExactName>

  /// Reads mlx's object.
  ///
  /// - Parameters:
  ///   - json: with `bits`, `group_size`, and objects of modules that have others.
  ///   - words: where it is, for messages.
  /// - Throws: `DiagnosticError` with everything that is not read here.
  init(_ json: JSONValue, _ words: String) throws {
    var faults: [Diagnostic] = []
    general = Self.setting(json, words, &faults)
    var own: [ExactName: Setting] = [:]
    var plain: Set<ExactName> = []
    for member in json.members ?? [] where !["bits", "group_size", "mode"].contains(member.name) {
      let place = "\(words), `\(member.name)`"
      if member.value.members != nil {
        own[ExactName(member.name)] = Self.setting(member.value, place, &faults)
      } else if member.value == .bool(false) {
        plain.insert(ExactName(member.name))
      } else if member.value != .bool(true) {
        // A module that is not quantised is named with false; nothing else is known beside these keys.
        faults.append(
          Diagnostic(
            "\(place) is \(member.value.brief)",
            hints: ["expected bits and group_size of a module, or false"]))
      }
    }
    (self.own, self.plain) = (own, plain)
    try faults.throwIfAny()
  }

  private static func setting(
    _ json: JSONValue, _ words: String, _ faults: inout [Diagnostic]
  ) -> Setting {
    func number(_ key: String, _ known: [Int]) -> Int {
      if let value = json[key]?.whole, known.contains(value) { return value }
      let listed = known.map(String.init).joined(separator: ", ")
      faults.append(
        Diagnostic(
          "\(words): `\(key)` is \(json[key]?.brief ?? "not there")",
          hints: ["expected one of \(listed): read are \(QuantizationScheme.known)"]))
      return known[0]
    }
    if let mode = json["mode"], !mode.isNull, mode != .string("affine") {
      faults.append(
        Diagnostic(
          "\(words): `mode` is \(mode.brief)",
          hints: ["expected \"affine\": read are \(QuantizationScheme.known)"]))
      return Setting(bits: 4, size: 64)
    }
    return Setting(bits: number("bits", [4, 8]), size: number("group_size", [32, 64, 128]))
  }

  /// The setting of a module, such as `model.layers.0.mlp.up_proj`; nil where it is said not to be quantised.
  func setting(of module: String) -> Setting? {
    plain.contains(ExactName(module)) ? nil : own[ExactName(module)] ?? general
  }

  /// The modules that have settings of their own.
  var named: [ExactName] { Array(own.keys) }
}
