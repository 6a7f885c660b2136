import PETL

extension PEFTFolder {
  /// Reads a folder of this method.
  ///
  /// Strict: every tensor must be accounted for, and every map have all of the form's.
  ///
  /// - Throws: `DiagnosticError` that names the file, key or tensor.
  static func read(
    _ files: PEFTFiles, as method: any PEFTConvertible.Type
  ) throws -> PEFTFolder {
    let (json, path, form) = (files.json, files.configurationPath, method.peftForm)
    let fields = PEFTFields(json: json, file: path)
    let unsupported = PEFTUnsupported.diagnostics(json, file: path)
    try unsupported.throwIfAny()
    var settings: [String: PEFTValue] = [:]
    for key in form.keys where key.isRead && !key.namesModules {
      guard let found = try fields.value(of: key) else { continue }
      if let fault = key.fault(found) { throw DiagnosticError("\(path): \(fault)") }
      settings[key.name] = found
    }
    let own = try PEFTMapSettings(form, fields)
    let targets = try fields.targets()
    let bias = try fields.bias(of: form.type)
    let file = try files.tensors()
    var folder = PEFTFolder(method, settings: settings, maps: [], metadata: file.metadata)
    folder.bias = bias
    folder.task = files.task
    var reader = PEFTFormReader(file: file, targets: targets, own: own, bias: bias)
    try reader.read(into: &folder)
    folder.baseModel = try fields.value("base_model_name_or_path", "a string", \.text)
    folder.claims = AdapterClaims(
      targets, bias: bias, baseClass: json["auto_mapping"]?["base_model_class"]?.text,
      whole: folder.fullTensors.map(\.module))
    folder.warnings = PEFTUnsupported.warnings(
      json, file: path,
      known: (PEFTUnsupported.generalKeys + form.keys.map(\.name)
        + form.keys.compactMap(\.pattern)
        + (form.keys.contains { $0.name == "lora_alpha" } ? PEFTUnsupported.idle(json) : []))
        .sorted())
    folder.warnings += try own.idlePatterns(folder.maps.map(\.module), file: path)
    return folder
  }
}

extension PEFTFields {
  /// The value of a form's key, of the kind of its default; nil if absent.
  ///
  /// - Throws: `DiagnosticError` if it is there but of another kind.
  func value(of key: PEFTKey) throws -> PEFTValue? {
    if key.allowed != nil {
      return try value(key.name, "a word, a number, a truth value or a list of words") {
        PEFTValue($0)
      }
    }
    return switch key.value {
    case .whole: try value(key.name, "a whole number", \.whole).map { .whole($0) }
    case .number: try value(key.name, "a number", \.double).map { .number($0) }
    case .flag: try value(key.name, "a truth value", \.flag).map { .flag($0) }
    case .text: try value(key.name, "a string", \.text).map { .text($0) }
    case .names: try strings(key.name).map { .names($0) }
    }
  }
}

extension PEFTValue {
  /// The value of a member of a configuration; nil for an object and for lists of other things than strings.
  init?(_ value: JSONValue) {
    if let whole = value.whole {
      self = .whole(whole)
    } else if let number = value.double {
      self = .number(number)
    } else if let flag = value.flag {
      self = .flag(flag)
    } else if let text = value.text {
      self = .text(text)
    } else if let elements = value.elements {
      let names = elements.compactMap(\.text)
      guard names.count == elements.count else { return nil }
      self = .names(names)
    } else {
      return nil
    }
  }
}

/// Sorts the tensors of a folder by the form of its method, and notes every fault.
private struct PEFTFormReader {
  let file: SafetensorsFile
  let targets: PEFTTargets
  let own: PEFTMapSettings
  let network: PEFTNetworkTensors
  private var faults: [Diagnostic] = []
  /// The tensors of each module, by the names of the form, and the modules in the order of the file.
  private var found: [String: [String: TensorEntry]] = [:]
  private var modules: [String] = []

  init(file: SafetensorsFile, targets: PEFTTargets, own: PEFTMapSettings, bias: PEFTBias) {
    (self.file, self.targets, self.own) = (file, targets, own)
    network = PEFTNetworkTensors(targets: targets, bias: bias)
  }

  mutating func read(into folder: inout PEFTFolder) throws {
    let form = folder.form
    try readShared(into: &folder)
    let shared = Set((form.shared?.tensors ?? []).map(form.name(shared:)))
    for entry in file.entries where !shared.contains(entry.name) {
      if let empty = emptyAxis(entry) {
        fault(empty)
        continue
      }
      guard entry.name.hasPrefix(PEFTNames.prefix) else {
        fault("tensor `\(entry.name)` does not begin with `\(PEFTNames.prefix)`")
        continue
      }
      let name = String(entry.name.dropFirst(PEFTNames.prefix.count))
      if let reason = PathNames.objection(to: name) {
        fault("tensor `\(entry.name.prefix(80))…` \(reason)")
      } else if let tensor = form.tensors.first(where: { name.hasSuffix("." + $0.name) }) {
        let module = String(name.dropLast(tensor.name.count + 1))
        if found[module] == nil { modules.append(module) }
        found[module, default: [:]][tensor.name] = entry
      } else {
        switch try network.find(name) {
        case .weight(let own, let role):
          folder.fullTensors.append(
            .init(
              name: own, shape: entry.shape, values: try file.floats(entry.name), role: role))
        case .copy: break
        case nil: fault("tensor `\(entry.name)` is not expected here")
        }
      }
    }
    for module in modules {
      if let map = try map(module, folder) { folder.maps.append(map) }
    }
    if folder.maps.isEmpty, faults.isEmpty { fault("there is no \(form.title) tensor in it") }
    try faults.throwIfAny()
  }

  /// Reads the tensors that all maps share.
  ///
  /// - Throws: `DiagnosticError` if one is missing, or has another shape.
  private func readShared(into folder: inout PEFTFolder) throws {
    let (form, settings) = (folder.form, folder.settings)
    guard let shared = form.shared else { return }
    let names = shared.tensors.map(form.name(shared:))
    let entries = names.compactMap(file.entry)
    guard entries.count == names.count else {
      let all = names.map { "`\($0)`" }.joined(separator: " or ")
      throw DiagnosticError(
        "\(file.name): \(all) is missing: the \(shared.title) are not saved", hints: [shared.hint])
    }
    let fits = zip(shared.tensors, entries).allSatisfy { tensor, entry in
      let lengths = tensor.lengths(settings)
      return entry.shape.count == lengths.count
        && zip(entry.shape, lengths).allSatisfy { $1 == nil || $0 == $1 }
    }
    guard fits else {
      let found = entries.map { "\($0.shape)" }.joined(separator: " and ")
      let expected = shared.tensors.map { form.words($0, $0.lengths(settings)) }
      throw DiagnosticError(
        "\(file.name): the \(shared.title) have shapes \(found), expected \(expected.joined(separator: " and "))"
      )
    }
    for (tensor, entry) in zip(shared.tensors, entries) {
      if let empty = emptyAxis(entry) { throw DiagnosticError("\(file.name): \(empty)") }
      folder.shared[tensor.name] = Tensor(try file.floats(entry.name), shape: entry.shape)
    }
  }

  /// The tensors of a module; nil if something is wrong with them.
  private mutating func map(_ module: String, _ folder: PEFTFolder) throws -> PEFTFolder.Map? {
    let form = folder.form
    let entries = found[module] ?? [:]
    guard let first = file.entries.first(where: { entries.values.map(\.name).contains($0.name) })
    else { return nil }
    let missing = form.tensors.filter { entries[$0.name] == nil && !$0.isOptional }
    guard missing.isEmpty else {
      for tensor in missing {
        fault("tensor `\(first.name)` has no `\(form.name(tensor, of: module))`")
      }
      return nil
    }
    guard try targets.adapts(module) else {
      fault("tensor `\(first.name)` is of `\(module)`, which the configuration does not adapt")
      return nil
    }
    let settings = try own.settings(of: module)
    let all = folder.settings.merging(settings) { _, own in own }
    let fault = form.fault(
      entries.mapValues(\.shape), { form.name($0, of: module) }, all,
      most: (folder.mostInputs, folder.mostOutputs))
    if let fault {
      self.fault(fault)
      return nil
    }
    let tensors = try entries.mapValues { Tensor(try file.floats($0.name), shape: $0.shape) }
    for (name, entry) in entries.sorted(by: { $0.key < $1.key }) {
      guard let shared = folder.shared[name], let own = tensors[name], !isSame(own, shared)
      else { continue }
      self.fault(
        "tensor `\(entry.name)` differs from `\(PEFTNames.sharedPrefix)\(name)`, of which it is a copy"
      )
    }
    return PEFTFolder.Map(module: module, tensors: tensors, settings: settings)
  }

  /// Whether two tensors have the same shape and the same numbers, bit for bit.
  private func isSame(_ first: Tensor, _ second: Tensor) -> Bool {
    first.shape == second.shape
      && first.values.elementsEqual(second.values) { $0.bitPattern == $1.bitPattern }
  }

  private mutating func fault(_ message: String) {
    faults.append(Diagnostic("\(file.name): \(message)"))
  }
}
