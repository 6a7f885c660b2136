import PETL

extension PEFTAdapterFolder {
  /// Writes the folder, which PEFT's `PeftModel.from_pretrained` then loads.
  ///
  /// All contents are made and checked before the first file is touched; each file is written
  /// atomically, and the configuration last, so a crash leaves no folder that mixes old and new.
  ///
  /// - Parameters:
  ///   - path: The folder; it is created if need be.
  ///   - backboneModules: The path of every module of the backbone that has a weight. With it
  ///     `target_modules` is the shortest list that means exactly the adapted ones; without it, their
  ///     full paths.
  /// - Throws: `DiagnosticError` if the contents are not a valid LoRA, or a file cannot be written.
  public func write(to path: String, backboneModules: [String] = []) throws {
    try check(against: backboneModules)
    try PEFTFolderWriter(
      configuration: configurationJSON(backboneModules: backboneModules), records: records,
      metadata: metadata, card: modelCard
    ).write(to: path)
  }

  private var records: [TensorRecord] {
    modules.flatMap { module in
      let name = PEFTNames.prefix + module.module
      return [
        TensorRecord.float32(name + PEFTNames.a, shape: module.aShape, module.a),
        TensorRecord.float32(name + PEFTNames.b, shape: module.bShape, module.b),
      ]
        + (module.magnitude.map {
          [TensorRecord.float32(name + PEFTNames.magnitude, shape: [$0.count], $0)]
        } ?? [])
    }
      + fullTensors.map { $0.record(adapted: Set(modules.map(\.module))) }
  }

  private func check(against backboneModules: [String]) throws {
    guard !modules.isEmpty else {
      throw DiagnosticError("a PEFT LoRA folder needs at least one adapted module")
    }
    var faults: [String] = []
    var seen: Set<ExactName> = []
    let saved = task.saved(fullTensors)
    for module in modules {
      if let fault = module.fault { faults.append("module `\(module.module)`: \(fault)") }
      if isDoRA, module.magnitude == nil {
        faults.append("module `\(module.module)` has no magnitudes, but others have")
      }
      if module.module.isEmpty { faults.append("an adapted module has no name") }
      if !seen.insert(ExactName(module.module)).inserted {
        faults.append("module `\(module.module)` is adapted twice")
      }
      if let owner = saved.first(where: { ".\(module.module).".contains(".\($0).") }) {
        faults.append("module `\(module.module)` is adapted, but `\(owner)` is saved whole")
      }
      if !backboneModules.isEmpty, !backboneModules.contains(module.module) {
        faults.append("the backbone has no module `\(module.module)`")
      }
    }
    for tensor in fullTensors where elementCount(of: tensor.shape) != tensor.values.count {
      faults.append("`\(tensor.name)`: shape \(tensor.shape), \(tensor.values.count) values")
    }
    // PEFT saves every module whose path ends in the name, with or without a dot before it.
    for module in backboneModules where !saved.contains(module) {
      if let name = saved.first(where: module.hasSuffix) {
        faults.append("PEFT would take `\(module)` for saved whole too, since it ends in `\(name)`")
      }
    }
    for tensor in fullTensors where tensor.role == .addition {
      faults.append("`\(tensor.name)` comes from `lora_bias`, which is read and not written")
    }
    for tensor in fullTensors where tensor.role == .saved && tensor.module.isEmpty {
      faults.append(
        "`\(tensor.name)` is a parameter of no module, PEFT can save whole modules only")
    }
    if !(0...1).contains(dropout) { faults.append("dropout is \(dropout), expected 0 to 1") }
    guard faults.isEmpty else { throw DiagnosticError(faults.map { Diagnostic($0) }) }
  }
}

extension PEFTAdapterFolder.FullTensor {
  /// The tensor as a file has it: PEFT keeps the bias of an adapted map in the map below it.
  ///
  /// - Parameter adapted: The paths of the adapted maps.
  /// - Returns: The record.
  func record(adapted: Set<String>) -> TensorRecord {
    let isBelow = role == .bias && adapted.contains(module)
    let own = isBelow ? module + ".base_layer" + name.dropFirst(module.count) : name
    return .float32(PEFTNames.prefix + own, shape: shape, values)
  }
}
