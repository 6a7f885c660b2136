import PETL

extension PEFTVeRA {
  /// Reads a folder whose configuration says `VERA`.
  ///
  /// The projections must be saved in it (`save_projection`): those that PEFT draws anew from a seed are
  /// PyTorch's random numbers, which are not to be had here.
  ///
  /// - Throws: `DiagnosticError` that names the file, key or tensor.
  static func read(
    _ json: JSONValue, configuration path: String, tensors file: SafetensorsFile
  ) throws -> PEFTVeRA {
    let fields = PEFTFields(json: json, file: path)
    let unsupported = PEFTUnsupported.diagnostics(json, file: path)
    guard unsupported.isEmpty else { throw DiagnosticError(unsupported) }
    let rank = try fields.value("r", "a whole number", \.whole) ?? 256
    guard rank > 0 else { throw DiagnosticError("\(path): `r` must be at least 1") }
    let targets = try fields.targets()
    let dropout = try fields.value("vera_dropout", "a number", \.double) ?? 0
    guard (0...1).contains(dropout) else {
      throw DiagnosticError("\(path): `vera_dropout` is \(dropout), expected 0 to 1")
    }
    var reader = VeRATensorReader(file: file, rank: rank, targets: targets)
    var vera = try reader.read()
    vera.baseModel = try fields.value("base_model_name_or_path", "a string", \.text)
    vera.dropout = dropout
    vera.start = try fields.value("d_initial", "a number", \.double) ?? 0.1
    vera.metadata = file.metadata
    vera.claims = AdapterClaims(
      targets, baseClass: json["auto_mapping"]?["base_model_class"]?.text,
      whole: vera.fullTensors.map(\.module))
    vera.warnings = PEFTUnsupported.warnings(json, file: path, known: PEFTUnsupported.veraKeys)
    return vera
  }
}

/// Sorts the tensors of a VeRA folder, and notes every fault.
private struct VeRATensorReader {
  let file: SafetensorsFile
  let rank: Int
  let targets: PEFTTargets
  private var faults: [Diagnostic] = []

  init(file: SafetensorsFile, rank: Int, targets: PEFTTargets) {
    self.file = file
    self.rank = rank
    self.targets = targets
  }

  mutating func read() throws -> PEFTVeRA {
    guard let a = file.entry(VeRANames.a), let b = file.entry(VeRANames.b) else {
      throw DiagnosticError(
        "\(file.name): `\(VeRANames.a)` or `\(VeRANames.b)` is missing: the projections are not saved",
        hints: ["save the adapter again with save_projection=True"])
    }
    guard a.shape.count == 2, a.shape[0] == rank, b.shape.count == 2, b.shape[1] == rank else {
      throw DiagnosticError(
        "\(file.name): the projections have shapes \(a.shape) and \(b.shape), expected [\(rank), inputs] and [outputs, \(rank)]"
      )
    }
    for entry in [a, b] {
      if let empty = emptyAxis(entry) { throw DiagnosticError("\(file.name): \(empty)") }
    }
    var vera = PEFTVeRA(
      a: try file.floats(VeRANames.a), b: try file.floats(VeRANames.b), rank: rank, modules: [])
    for entry in file.entries where ![VeRANames.a, VeRANames.b].contains(entry.name) {
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
      } else if name.hasSuffix(VeRANames.lambdaB) {
        let path = String(name.dropLast(VeRANames.lambdaB.count))
        if let found = try module(path, entry, outputs: b.shape[0]) { vera.modules.append(found) }
      } else if name.hasSuffix(VeRANames.lambdaD) {
        let partner = entry.name.dropLast(VeRANames.lambdaD.count) + VeRANames.lambdaB
        if file.entry(String(partner)) == nil {
          fault("tensor `\(entry.name)` has no `\(partner)`")
        }
      } else {
        let tensor = PEFTAdapterFolder.FullTensor(
          name: name, shape: entry.shape, values: try file.floats(entry.name))
        if targets.savedModule(of: tensor.module) == nil {
          fault("tensor `\(entry.name)` is not expected here")
        }
        vera.fullTensors.append(tensor)
      }
    }
    if vera.modules.isEmpty, faults.isEmpty { fault("there is no VeRA tensor in it") }
    guard faults.isEmpty else { throw DiagnosticError(faults) }
    return vera
  }

  private mutating func module(
    _ module: String, _ b: TensorEntry, outputs: Int
  ) throws -> PEFTVeRA.Module? {
    let partner = PEFTNames.prefix + module + VeRANames.lambdaD
    guard let d = file.entry(partner) else {
      fault("tensor `\(b.name)` has no `\(partner)`")
      return nil
    }
    guard try targets.adapts(module) else {
      fault("tensor `\(b.name)` is of `\(module)`, which the configuration does not adapt")
      return nil
    }
    guard d.shape == [rank], b.shape.count == 1, b.shape[0] <= outputs else {
      fault(
        "tensors `\(d.name)` and `\(b.name)` have shapes \(d.shape) and \(b.shape), expected [\(rank)] and at most [\(outputs)]"
      )
      return nil
    }
    return PEFTVeRA.Module(
      module: module, d: try file.floats(d.name), b: try file.floats(b.name))
  }

  private mutating func fault(_ message: String) {
    faults.append(Diagnostic("\(file.name): \(message)"))
  }
}
