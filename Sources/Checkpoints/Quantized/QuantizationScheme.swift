import PETL

/// How a folder's `config.json` says that its matrices are quantised.
public enum QuantizationScheme: Sendable, Equatable {
  /// Groups of numbers with a scale and a bias, as mlx has them.
  case affine(AffineGroups)
  /// NF4 with a scale for each block, as bitsandbytes has it.
  case normalFloat

  /// What is read here, for messages.
  static let known =
    "mlx's affine groups of 4 and 8 bits, and bitsandbytes' NF4; GGUF files have others"

  /// Reads what is said.
  ///
  /// - Parameters:
  ///   - json: the `config.json`.
  ///   - file: its path, for messages.
  /// - Returns: nil where nothing is said of it.
  /// - Throws: `DiagnosticError` with every key that says what is not read here.
  public static func read(_ json: JSONValue, file: String) throws -> QuantizationScheme? {
    func section(_ key: String) throws -> JSONValue? {
      guard let value = json[key], !value.isNull else { return nil }
      guard value.members != nil else {
        throw DiagnosticError("\(file): `\(key)` is \(value.kind)", hints: ["expected an object"])
      }
      return value
    }
    let (own, library) = (try section("quantization"), try section("quantization_config"))
    if let library, library["quant_method"] != nil {
      if own != nil {
        throw DiagnosticError(
          "\(file): `quantization` and `quantization_config` name two ways in which the weights are quantised"
        )
      }
      try checkBitsAndBytes(library, file)
      return .normalFloat
    }
    // mlx writes the same under both names.
    if let own, let library, own != library {
      throw DiagnosticError("\(file): `quantization` and `quantization_config` differ")
    }
    let key = own == nil ? "quantization_config" : "quantization"
    return try (own ?? library).map { .affine(try AffineGroups($0, "\(file): `\(key)`")) }
  }

  private static func checkBitsAndBytes(_ json: JSONValue, _ file: String) throws {
    let words = "\(file): `quantization_config"
    let method = json["quant_method"]
    guard method == .string("bitsandbytes") else {
      throw DiagnosticError(
        "\(words).quant_method` is \(method?.brief ?? "null"): weights that are quantised so are not read",
        hints: ["read are \(known)"])
    }
    var faults: [Diagnostic] = []
    let wanted: [(key: String, value: JSONValue, isNeeded: Bool)] = [
      ("load_in_4bit", .bool(true), true), ("load_in_8bit", .bool(false), false),
      ("bnb_4bit_quant_type", .string("nf4"), true),
      ("bnb_4bit_quant_storage", .string("uint8"), false),
    ]
    for (key, value, isNeeded) in wanted {
      let stated = json[key].flatMap { $0.isNull ? nil : $0 }
      guard stated.map({ $0 == value }) ?? !isNeeded else {
        faults.append(
          Diagnostic(
            "\(words).\(key)` is \(stated?.brief ?? "not there")",
            hints: ["expected \(value.brief): of bitsandbytes NF4 in bytes is read"]))
        continue
      }
    }
    try faults.throwIfAny()
  }
}

/// The bits and the groups of mlx's matrices.
public struct AffineGroups: Sendable, Equatable {
  /// Of one matrix.
  struct Setting: Sendable, Equatable {
    /// How many bits a number has: 4 or 8.
    let bits: Int
    /// How many numbers of a row share a scale and a bias: 32, 64 or 128.
    let size: Int
  }

  /// Of all matrices that have none of their own.
  private let general: Setting
  /// By the name of a module.
  private let own: [ExactName: Setting]

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
    for member in json.members ?? [] where !["bits", "group_size", "mode"].contains(member.name) {
      let place = "\(words), `\(member.name)`"
      if member.value.members != nil {
        own[ExactName(member.name)] = Self.setting(member.value, place, &faults)
      } else if member.value.flag == nil {
        // A module that is not quantised is named with false; nothing else is known beside these keys.
        faults.append(
          Diagnostic(
            "\(place) is \(member.value.brief)",
            hints: ["expected bits and group_size of a module, or false"]))
      }
    }
    self.own = own
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

  /// The setting of a module, such as `model.layers.0.mlp.up_proj`.
  func setting(of module: String) -> Setting { own[ExactName(module)] ?? general }
}
