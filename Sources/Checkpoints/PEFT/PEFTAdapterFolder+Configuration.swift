import PETL

extension PEFTAdapterFolder {
  /// `adapter_config.json`: the keys that carry meaning, nothing of our own (PEFT warns about keys
  /// that it does not know).
  ///
  /// - Throws: `DiagnosticError` if no set of patterns says which module has which rank.
  func configurationJSON(backboneModules: [String]) throws -> JSONValue {
    let rank = mostCommon(modules.map(\.rank))
    let alpha = mostCommon(modules.map(\.alpha))
    let ranks = try pattern("rank_pattern", \.rank, usual: rank) { .integer($0) }
    let alphas = try pattern("alpha_pattern", \.alpha, usual: alpha, json: number)
    let targets = shortestTargets(for: modules.map(\.module), among: backboneModules)
    let saved = Set(fullTensors.map(\.module)).sorted()
    return .object([
      .init("alpha_pattern", alphas),
      .init("auto_mapping", autoMapping),
      .init("base_model_name_or_path", baseModel.map { .string($0) } ?? .null),
      .init("bias", .string("none")),
      .init("fan_in_fan_out", .bool(false)),
      .init("inference_mode", .bool(true)),
      .init("init_lora_weights", .bool(true)),
      .init("lora_alpha", number(alpha)),
      .init("lora_dropout", number(dropout)),
      .init("modules_to_save", saved.isEmpty ? .null : .array(saved.map { .string($0) })),
      .init("peft_type", .string(Self.peftType)),
      .init("peft_version", .string(PEFTNames.version)),
      .init("r", .integer(rank)),
      .init("rank_pattern", ranks),
      .init("target_modules", .array(targets.map { .string($0) })),
      .init("task_type", .null),
      .init("use_dora", .bool(isDoRA)),
      .init("use_rslora", .bool(rslora)),
    ])
  }

  /// The modules whose value is not the usual one.
  ///
  /// PEFT matches each name as an expression at the end of a path, the first match winning: the shortest
  /// endings that mean these modules and no others are taken, else full paths, else anchored ones.
  private func pattern<Value: Hashable & Comparable>(
    _ key: String, _ value: KeyPath<PEFTLoRA, Value>, usual: Value, json: (Value) -> JSONValue
  ) throws -> JSONValue {
    let unusual = modules.filter { $0[keyPath: value] != usual }.sorted { $0.module < $1.module }
    let groups = Dictionary(grouping: unusual) { $0[keyPath: value] }
    let short = groups.sorted { $0.key < $1.key }.flatMap { value, group in
      shortestTargets(for: group.map(\.module), among: modules.map(\.module)).map { ($0, value) }
    }
    let plain = unusual.map { ($0.module, $0[keyPath: value]) }
    let anchored = unusual.map {
      ("^" + $0.module.split(separator: ".").joined(separator: "\\."), $0[keyPath: value])
    }
    for choice in [short, plain, anchored] {
      let keys = try choice.map { (try PEFTPatternKey($0.0, key: key, file: "adapter"), $0.1) }
      let exact = try modules.allSatisfy { module in
        let found = try keys.first { try $0.0.matches(module.module) }?.1 ?? usual
        return found == module[keyPath: value]
      }
      if exact { return .object(choice.map { .init($0.0, json($0.1)) }) }
    }
    throw DiagnosticError("the names of the modules are such that `\(key)` cannot tell them apart")
  }

  /// The class of the network, where its modules' names alone would not say what it is.
  private var autoMapping: JSONValue {
    claims.baseClass.map { .object([.init("base_model_class", .string($0))]) } ?? .null
  }

  private func number(_ value: Double) -> JSONValue {
    Int(exactly: value).map { .integer($0) } ?? .number(value)
  }
}

/// The value that occurs most often, the smallest of those that occur equally often.
private func mostCommon<Value: Hashable & Comparable>(_ values: [Value]) -> Value {
  var counts: [Value: Int] = [:]
  for value in values { counts[value, default: 0] += 1 }
  let best = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }
  guard let best else { stopProgram("an adapter without modules was checked before") }
  return best.key
}
