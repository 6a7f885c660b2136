import PETL

extension PEFTFolder {
  /// Writes a folder that PEFT's `PeftModel.from_pretrained` loads, shared tensors included.
  ///
  /// - Parameters:
  ///   - path: The folder; it is created if need be.
  ///   - backboneModules: The path of every module of the backbone that has a weight, so that
  ///     `target_modules` is the shortest list that means exactly the adapted ones.
  /// - Throws: `DiagnosticError` if the contents do not fit together, or a file cannot be written.
  public func write(to path: String, backboneModules: [String] = []) throws {
    try check(against: backboneModules)
    try PEFTFolderWriter(
      configuration: try configuration(backboneModules), records: records, metadata: metadata,
      card: modelCard
    ).write(to: path)
  }

  /// `adapter_config.json`: what every method has, and the form's keys, by name.
  ///
  /// - Throws: `DiagnosticError` if no set of patterns says which module has which value.
  private func configuration(_ backboneModules: [String]) throws -> JSONValue {
    let saved = task.saved(fullTensors).sorted()
    let targets = PEFTModuleNames(of: self, among: backboneModules)
    let own = try form.keys.filter { $0.name != "bias" }.flatMap { try members(of: $0, targets) }
    let bias = form.keys.contains { $0.name == "bias" }
    let biases = bias ? [JSONValue.Member("bias", .string(self.bias.word(of: form.type)))] : []
    let general: [JSONValue.Member] = [
      .init(
        "auto_mapping",
        claims.baseClass.map { .object([.init("base_model_class", .string($0))]) } ?? .null),
      .init("base_model_name_or_path", baseModel.map { .string($0) } ?? .null),
      .init("inference_mode", .bool(true)),
      .init("modules_to_save", saved.isEmpty ? .null : .array(saved.map { .string($0) })),
      .init("peft_type", .string(form.type)),
      .init("peft_version", .string(PEFTNames.version)),
      .init("target_modules", .array(targets.all.map { .string($0) })),
      .init("task_type", task.json),
    ]
    return .object((general + own + biases).sorted { ExactName($0.name) < ExactName($1.name) })
  }

  /// The members of a configuration that say the values of a key.
  private func members(
    of key: PEFTKey, _ names: PEFTModuleNames
  ) throws -> [JSONValue.Member] {
    let values = maps.map { map in
      (module: map.module, value: settings(of: map)[key.name] ?? key.value)
    }
    if key.namesModules {
      return [.init(key.name, .array(names.named(by: key).map { .string($0) }))]
    }
    if key.name == "fan_in_fan_out" { return [.init(key.name, .bool(task.isTransposed))] }
    guard let pattern = key.pattern else {
      return [.init(key.name, JSONValue(settings[key.name] ?? key.value))]
    }
    let numbers = values.map { (module: $0.module, value: $0.value.double ?? 0) }
    let usual = mostCommon(numbers.map(\.value))
    func json(_ value: Double) -> JSONValue {
      Int(exactly: value).map { .integer($0) } ?? .number(value)
    }
    return [
      .init(key.name, json(usual)),
      .init(pattern, try PEFTWrittenPattern.json(pattern, of: numbers, usual: usual, json)),
    ]
  }

  private var records: [TensorRecord] {
    let shared = (form.shared?.tensors ?? []).compactMap { tensor in
      self.shared[tensor.name].map { (form.name(shared: tensor), $0) }
    }
    let own = maps.flatMap { map in
      form.tensors.compactMap { tensor in
        map.tensors[tensor.name].map { (form.name(tensor, of: map.module), $0) }
      }
    }
    return (shared + own).map { .float32($0, shape: $1.shape, $1.values) }
      + fullTensors.map { $0.record(adapted: Set(maps.map(\.module))) }
  }

  private func check(against backboneModules: [String]) throws {
    var faults: [String] = []
    if maps.isEmpty {
      faults.append("a PEFT \(form.title) folder needs at least one adapted module")
    }
    for key in form.keys {
      let values = [settings[key.name]] + maps.map { $0.settings[key.name] }
      if let fault = values.compactMap({ $0.flatMap(key.fault) }).first { faults.append(fault) }
    }
    for tensor in form.shared?.tensors ?? [] {
      let (shape, lengths) = (shared[tensor.name]?.shape ?? [], tensor.lengths(settings))
      if shape.count != lengths.count || !zip(shape, lengths).allSatisfy({ $1 == nil || $0 == $1 })
      {
        faults.append(
          "tensor `\(tensor.name)` has shape \(shape), expected \(form.words(tensor, lengths))")
      }
    }
    for map in maps {
      let fault = form.fault(
        map.tensors.mapValues(\.shape), { $0.name }, settings(of: map),
        most: (mostInputs, mostOutputs))
      if let fault { faults.append("module `\(map.module)`: \(fault)") }
      if !backboneModules.isEmpty, !backboneModules.contains(map.module) {
        faults.append("the backbone has no module `\(map.module)`")
      }
    }
    guard faults.isEmpty else { throw DiagnosticError(faults.map { Diagnostic($0) }) }
  }

  /// `README.md`: a short model card with the header that model hubs read.
  private var modelCard: String {
    let header = baseModel.map { "base_model: \(jsonString($0, asciiOnly: false))\n" } ?? ""
    let rank = if case .whole(let rank)? = settings["r"] { "rank \(rank), " } else { "" }
    return """
      ---
      \(header)library_name: peft
      tags: [\(form.title.lowercased())]
      ---

      # \(form.title) adapter

      Written by PETLKit in the format of PEFT \(PEFTNames.version): \(rank)\(maps.count) linear maps.

      """
  }
}

extension JSONValue {
  init(_ value: PEFTValue) {
    self =
      switch value {
      case .whole(let whole): .integer(whole)
      case .number(let number): .number(number)
      case .flag(let flag): .bool(flag)
      case .text(let text): .string(text)
      case .names(let names): .array(names.map { .string($0) })
      }
  }
}
