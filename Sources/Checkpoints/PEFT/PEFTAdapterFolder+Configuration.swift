import PETL

extension PEFTAdapterFolder {
  /// `adapter_config.json`: the keys that carry meaning, nothing of our own (PEFT warns about keys
  /// that it does not know).
  ///
  /// - Throws: `DiagnosticError` if no set of patterns says which module has which rank.
  func configurationJSON(backboneModules: [String]) throws -> JSONValue {
    let rank = mostCommon(modules.map(\.rank))
    let alpha = mostCommon(modules.map(\.alpha))
    let ranks = try PEFTWrittenPattern.json(
      "rank_pattern", of: modules.map { ($0.module, $0.rank) }, usual: rank
    ) { .integer($0) }
    let alphas = try PEFTWrittenPattern.json(
      "alpha_pattern", of: modules.map { ($0.module, $0.alpha) }, usual: alpha, number)
    let targets = shortestTargets(for: modules.map(\.module), among: backboneModules)
    let saved = task.saved(fullTensors).sorted()
    return .object([
      .init("alpha_pattern", alphas),
      .init("auto_mapping", autoMapping),
      .init("base_model_name_or_path", baseModel.map { .string($0) } ?? .null),
      .init("bias", .string(bias.word(of: Self.peftType))),
      .init("fan_in_fan_out", .bool(task.isTransposed)),
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
      .init("task_type", task.json),
      .init("use_dora", .bool(isDoRA)),
      .init("use_rslora", .bool(rslora)),
    ])
  }

  /// The class of the network, where its modules' names alone would not say what it is.
  var autoMapping: JSONValue {
    claims.baseClass.map { .object([.init("base_model_class", .string($0))]) } ?? .null
  }

  private func number(_ value: Double) -> JSONValue {
    Int(exactly: value).map { .integer($0) } ?? .number(value)
  }
}
