import PETL

extension PEFTVeRA {
  /// Writes a folder that PEFT's `PeftModel.from_pretrained` loads, projections included.
  ///
  /// - Parameters:
  ///   - path: The folder; it is created if need be.
  ///   - backboneModules: The path of every module of the backbone that has a weight, so that
  ///     `target_modules` is the shortest list that means exactly the adapted ones.
  /// - Throws: `DiagnosticError` if the contents do not fit together, or a file cannot be written.
  public func write(to path: String, backboneModules: [String] = []) throws {
    try check(against: backboneModules)
    let saved = Set(fullTensors.map(\.module)).sorted()
    let targets = shortestTargets(for: modules.map(\.module), among: backboneModules)
    let json = JSONValue.object([
      .init(
        "auto_mapping",
        claims.baseClass.map { .object([.init("base_model_class", .string($0))]) } ?? .null),
      .init("base_model_name_or_path", baseModel.map { .string($0) } ?? .null),
      .init("bias", .string("none")),
      .init("d_initial", .number(start)),
      .init("fan_in_fan_out", .bool(false)),
      .init("inference_mode", .bool(true)),
      .init("init_weights", .bool(true)),
      .init("modules_to_save", saved.isEmpty ? .null : .array(saved.map { .string($0) })),
      .init("peft_type", .string("VERA")),
      .init("peft_version", .string(PEFTNames.version)),
      // No seed of PyTorch's gives these projections; they are in the file.
      .init("projection_prng_key", .integer(0)),
      .init("r", .integer(rank)),
      .init("save_projection", .bool(true)),
      .init("target_modules", .array(targets.map { .string($0) })),
      .init("task_type", .null),
      .init("vera_dropout", .number(dropout)),
    ])
    try PEFTFolderWriter(
      configuration: json, records: records, metadata: metadata, card: modelCard
    ).write(to: path)
  }

  private var records: [TensorRecord] {
    [
      .float32(VeRANames.a, shape: [rank, inputs], a),
      .float32(VeRANames.b, shape: [outputs, rank], b),
    ]
      + modules.flatMap { module in
        let name = PEFTNames.prefix + module.module
        return [
          TensorRecord.float32(name + VeRANames.lambdaD, shape: [module.d.count], module.d),
          TensorRecord.float32(name + VeRANames.lambdaB, shape: [module.b.count], module.b),
        ]
      }
      + fullTensors.map {
        .float32(PEFTNames.prefix + $0.name, shape: $0.shape, $0.values)
      }
  }

  private func check(against backboneModules: [String]) throws {
    var faults: [String] = []
    if modules.isEmpty { faults.append("a PEFT VeRA folder needs at least one adapted module") }
    if rank < 1 || a.count != rank * inputs || b.count != rank * outputs {
      faults.append("projections of \(a.count) and \(b.count) values do not fit rank \(rank)")
    }
    for module in modules {
      if module.d.count != rank || module.b.count > outputs {
        faults.append(
          "module `\(module.module)` has vectors of \(module.d.count) and \(module.b.count), expected \(rank) and at most \(outputs)"
        )
      }
      if !backboneModules.isEmpty, !backboneModules.contains(module.module) {
        faults.append("the backbone has no module `\(module.module)`")
      }
    }
    guard faults.isEmpty else { throw DiagnosticError(faults.map { Diagnostic($0) }) }
  }

  private var modelCard: String {
    let header = baseModel.map { "base_model: \(jsonString($0, asciiOnly: false))\n" } ?? ""
    return """
      ---
      \(header)library_name: peft
      tags: [vera]
      ---

      # VeRA adapter

      Written by PETLKit in the format of PEFT \(PEFTNames.version): rank \(rank), \(modules.count) linear maps.

      """
  }
}
