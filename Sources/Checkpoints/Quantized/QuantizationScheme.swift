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

  /// What the description says of tensors that are not there.
  func faults(in store: any WeightStore) -> [Diagnostic] {
    guard case .affine(let groups) = self else { return [] }
    return groups.named.filter { store.entry("\($0.text).weight") == nil }.sorted().map {
      Diagnostic(
        "\(store.name): config.json says how `\($0.text)` is quantised, and there is no such module"
      )
    }
  }

  /// The keys of a description that nobody knows here, with the section's name before them.
  ///
  /// - Parameter json: the `config.json`.
  /// - Returns: sorted as they stand.
  package static func unknownKeys(_ json: JSONValue) -> [String] {
    guard let section = json["quantization_config"], section["quant_method"] != nil else {
      return []
    }
    return (section.members ?? []).map(\.name).filter { !bitsAndBytesKeys.contains($0) }
      .map { "quantization_config.\($0)" }
  }

  /// Those that are checked, and those that change no answer in single precision: each matrix says itself how its scales
  /// are kept, and what is of 8 bits is not read.
  private static let bitsAndBytesKeys: Set<String> = [
    "quant_method", "load_in_4bit", "load_in_8bit", "_load_in_4bit", "_load_in_8bit",
    "bnb_4bit_quant_type", "bnb_4bit_quant_storage", "bnb_4bit_use_double_quant",
    "bnb_4bit_compute_dtype", "llm_int8_enable_fp32_cpu_offload", "llm_int8_has_fp16_weight",
    "llm_int8_skip_modules", "llm_int8_threshold", "modules_to_not_convert",
  ]

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
