import PETL

/// Sorts the tensors of a PEFT folder into adapted maps and whole tensors, and notes every fault.
struct PEFTTensorReader {
  let file: SafetensorsFile
  let configuration: PEFTConfiguration
  /// The adapted maps, by path.
  private(set) var modules: [PEFTLoRA] = []
  /// The whole tensors, by name.
  private(set) var fullTensors: [PEFTAdapterFolder.FullTensor] = []
  /// What is wrong.
  private(set) var faults: [Diagnostic] = []

  init(file: SafetensorsFile, configuration: PEFTConfiguration) {
    self.file = file
    self.configuration = configuration
  }

  /// Reads every tensor.
  mutating func read() {
    for entry in file.entries {
      guard entry.name.hasPrefix(PEFTNames.prefix) else {
        fault("tensor `\(entry.name)` does not begin with `\(PEFTNames.prefix)`")
        continue
      }
      let name = String(entry.name.dropFirst(PEFTNames.prefix.count))
      if let reason = PathNames.objection(to: name) {
        fault("tensor `\(entry.name.prefix(80))…` \(reason)")
      } else if name.hasSuffix(PEFTNames.a) {
        readPair(String(name.dropLast(PEFTNames.a.count)), a: entry)
      } else if name.hasSuffix(PEFTNames.b) {
        let partner = PEFTNames.prefix + name.dropLast(PEFTNames.b.count) + PEFTNames.a
        if file.entry(partner) == nil { fault("tensor `\(entry.name)` has no `\(partner)`") }
      } else if name.hasSuffix(PEFTNames.bias), configuration.hasBias {
        let partner = PEFTNames.prefix + name.dropLast(PEFTNames.bias.count) + PEFTNames.a
        if file.entry(partner) == nil { fault("tensor `\(entry.name)` has no `\(partner)`") }
      } else if name.hasSuffix(PEFTNames.magnitude), configuration.isDoRA {
        let partner = PEFTNames.prefix + name.dropLast(PEFTNames.magnitude.count) + PEFTNames.a
        if file.entry(partner) == nil { fault("tensor `\(entry.name)` has no `\(partner)`") }
      } else {
        readFull(name, entry)
      }
    }
    if modules.isEmpty, faults.isEmpty { fault("there is no LoRA tensor in it") }
  }

  private mutating func readPair(_ module: String, a: TensorEntry) {
    let partner = PEFTNames.prefix + module + PEFTNames.b
    guard let b = file.entry(partner) else {
      return fault("tensor `\(a.name)` has no `\(partner)`")
    }
    let place = PEFTModulePath(module)
    let found = noting { [configuration] in try configuration.choice(of: place.target) }
    guard let choice = found else { return }
    guard let (rank, alpha) = choice else {
      return fault(
        "tensor `\(a.name)` is of `\(module)`, which the configuration does not adapt",
        hint: "see `target_modules`, `exclude_modules`, `modules_to_save`, `layers_to_transform`")
    }
    for (entry, axis) in [(a, 0), (b, 1)] {
      guard entry.shape.count == 2, entry.shape[axis] == rank else {
        let expected = axis == 0 ? "[\(rank), inputs]" : "[outputs, \(rank)]"
        return fault(
          "tensor `\(entry.name)` has shape \(entry.shape), expected \(expected)",
          hint: "the rank comes from `r` and `rank_pattern`; only linear maps are supported")
      }
    }
    for entry in [a, b] {
      if let empty = emptyAxis(entry) { return fault(empty) }
    }
    guard let aValues = floats(a), let bValues = floats(b) else { return }
    var magnitude: [Float]?
    if configuration.isDoRA {
      guard let values = readMagnitude(of: module, outputs: b.shape[0]) else { return }
      magnitude = values
    }
    let own = PEFTLoRA(
      module: place.path, a: aValues, aShape: a.shape, b: bValues, bShape: b.shape,
      alpha: Double(place.times) * alpha, magnitude: magnitude)
    if configuration.hasBias {
      guard let bias = readBias(of: module, own) else { return }
      fullTensors.append(bias)
    }
    modules.append(own)
  }

  /// The bias of B, which is one of the map once it is scaled.
  private mutating func readBias(
    of module: String, _ own: PEFTLoRA
  ) -> PEFTAdapterFolder.FullTensor? {
    let name = PEFTNames.prefix + module + PEFTNames.bias
    let outputs = own.bShape[0]
    guard let entry = file.entry(name), entry.shape == [outputs] else {
      let found = file.entry(name).map { "has shape \($0.shape), expected [\(outputs)]" }
      fault("tensor `\(name)` \(found ?? "is missing, which `lora_bias` asks for")")
      return nil
    }
    let scale = Float(own.scaling(rslora: configuration.rslora))
    return floats(entry).map { values in
      .init(
        name: own.module + ".bias", shape: entry.shape, values: values.map { scale * $0 },
        role: .addition)
    }
  }

  private mutating func readMagnitude(of module: String, outputs: Int) -> [Float]? {
    let name = PEFTNames.prefix + module + PEFTNames.magnitude
    guard let entry = file.entry(name) else {
      fault("there is no `\(name)`, which `use_dora` asks for")
      return nil
    }
    guard entry.shape == [outputs] else {
      fault("tensor `\(name)` has shape \(entry.shape), expected [\(outputs)]")
      return nil
    }
    return floats(entry)
  }

  private mutating func readFull(_ name: String, _ entry: TensorEntry) {
    let network = PEFTNetworkTensors(targets: configuration.targets, bias: configuration.bias)
    switch noting({ try network.find(name) }) ?? nil {
    case .weight(let own, let role):
      if let empty = emptyAxis(entry) { return fault(empty) }
      guard let values = floats(entry) else { return }
      fullTensors.append(.init(name: own, shape: entry.shape, values: values, role: role))
    case .copy: break
    case nil:
      fault(
        "tensor `\(entry.name)` is not expected here",
        hint:
          "tensors are `…\(PEFTNames.a)`, `…\(PEFTNames.b)`, or of a module in `modules_to_save`")
    }
  }

  private mutating func floats(_ entry: TensorEntry) -> [Float]? {
    noting { [file] in try file.floats(entry.name) }
  }

  /// What `body` gives; what it throws is a fault, said once.
  private mutating func noting<Value>(_ body: () throws -> Value) -> Value? {
    do {
      return try body()
    } catch let error as DiagnosticError {
      let known = Set(faults.map(\.message))
      faults += error.diagnostics.filter { !known.contains($0.message) }
    } catch {
      fault("\(error)")
    }
    return nil
  }

  private mutating func fault(_ message: String, hint: String? = nil) {
    faults.append(Diagnostic("\(file.name): \(message)", hints: hint.map { [$0] } ?? []))
  }
}
