import PETL

extension MLXAdapterFolder {
  /// Reads a folder.
  ///
  /// Strict: every tensor is a factor with its partner, of the rank of the configuration and of a module
  /// that `keys` names.
  ///
  /// - Throws: `DiagnosticError` with everything that is wrong.
  public static func read(_ path: String) throws -> PEFTAdapterFolder {
    let file = "\(path)/\(configuration)"
    let json = try JSONValue(parsing: readFile(file, limit: 16 << 20), name: file)
    let fields = PEFTFields(json: json, file: file)
    let kind = try fields.value("fine_tune_type", "a string", \.text) ?? "lora"
    guard kind == "lora" || kind == "dora" else {
      throw DiagnosticError(
        "\(file): `fine_tune_type` is `\(kind)`, expected `lora` or `dora`",
        hints: ["weights that were tuned in full are a model, not an adapter"])
    }
    guard let parameters = json["lora_parameters"], parameters.members != nil else {
      throw DiagnosticError("\(file): `lora_parameters` is missing or no object")
    }
    let own = PEFTFields(json: parameters, file: file)
    guard let rank = try own.value("rank", "a whole number", \.whole), rank > 0,
      let scale = try own.value("scale", "a number", \.double)
    else {
      throw DiagnosticError("\(file): `lora_parameters` needs a `rank` of at least 1 and a `scale`")
    }
    guard (scale * Double(rank)).isFinite else {
      throw DiagnosticError("\(file): `scale` \(scale) times `rank` \(rank) is not a finite number")
    }
    let dropout = try own.value("dropout", "a number", \.double) ?? 0
    guard (0...1).contains(dropout) else {
      throw DiagnosticError("\(file): `dropout` is \(dropout), expected 0 to 1")
    }
    var reader = MLXTensorReader(
      file: try SafetensorsFile(path: "\(path)/\(tensors)"), rank: rank,
      alpha: scale * Double(rank), isDoRA: kind == "dora", keys: try own.strings("keys"))
    reader.read()
    guard reader.faults.isEmpty else { throw DiagnosticError(reader.faults) }
    let whole = try fileExists("\(path)/\(head)") ? readHead("\(path)/\(head)") : []
    let layers = try fields.value("num_layers", "a whole number", \.whole)
    var folder = PEFTAdapterFolder(
      modules: reader.modules, fullTensors: whole,
      baseModel: try fields.value("model", "a string", \.text), dropout: dropout,
      metadata: reader.file.metadata)
    folder.claims = AdapterClaims(rule: .mlx(keys: reader.keys, layers: layers))
    return folder
  }
}

extension MLXAdapterFolder {
  /// The tensors of the head that we write beside.
  private static func readHead(_ path: String) throws -> [PEFTAdapterFolder.FullTensor] {
    let file = try SafetensorsFile(path: path)
    let faults = file.entries.compactMap { emptyAxis($0).map { "\(file.name): \($0)" } }
    guard faults.isEmpty else { throw DiagnosticError(faults.map { Diagnostic($0) }) }
    return try file.entries.map {
      .init(name: $0.name, shape: $0.shape, values: try file.floats($0.name))
    }
  }
}

/// Makes adapted maps of the tensors of an mlx folder, and notes every fault.
private struct MLXTensorReader {
  let file: SafetensorsFile
  let rank: Int
  let alpha: Double
  let isDoRA: Bool
  let keys: [String]?
  private(set) var modules: [PEFTLoRA] = []
  private(set) var faults: [Diagnostic] = []

  init(file: SafetensorsFile, rank: Int, alpha: Double, isDoRA: Bool, keys: [String]?) {
    self.file = file
    self.rank = rank
    self.alpha = alpha
    self.isDoRA = isDoRA
    self.keys = keys
  }

  mutating func read() {
    for entry in file.entries {
      if entry.name.hasSuffix(MLXAdapterFolder.a) {
        readPair(String(entry.name.dropLast(MLXAdapterFolder.a.count)), entry)
      } else if entry.name.hasSuffix(MLXAdapterFolder.b) {
        expectPartner(of: entry, MLXAdapterFolder.b)
      } else if entry.name.hasSuffix(MLXAdapterFolder.magnitude), isDoRA {
        expectPartner(of: entry, MLXAdapterFolder.magnitude)
      } else {
        fault(
          "tensor `\(entry.name)` is not expected here",
          hint: "tensors are `….lora_a`, `….lora_b` and, of a DoRA, `….m`")
      }
    }
    if modules.isEmpty, faults.isEmpty { fault("there is no LoRA tensor in it") }
  }

  private mutating func expectPartner(of entry: TensorEntry, _ ending: String) {
    let partner = String(entry.name.dropLast(ending.count)) + MLXAdapterFolder.a
    if file.entry(partner) == nil { fault("tensor `\(entry.name)` has no `\(partner)`") }
  }

  private mutating func readPair(_ module: String, _ a: TensorEntry) {
    guard let b = file.entry(module + MLXAdapterFolder.b) else {
      return fault("tensor `\(a.name)` has no `\(module + MLXAdapterFolder.b)`")
    }
    guard keys.map({ $0.contains { module == $0 || module.hasSuffix(".\($0)") } }) ?? true else {
      return fault("tensor `\(a.name)` is of `\(module)`, which `keys` does not name")
    }
    guard a.shape.count == 2, a.shape[1] == rank, b.shape.count == 2, b.shape[0] == rank else {
      return fault(
        "tensors `\(a.name)` and `\(b.name)` have shapes \(a.shape) and \(b.shape), expected [inputs, \(rank)] and [\(rank), outputs]"
      )
    }
    for entry in [a, b] {
      if let empty = emptyAxis(entry) { return fault(empty) }
    }
    guard let aValues = floats(a.name), let bValues = floats(b.name) else { return }
    let (inputs, outputs) = (a.shape[0], b.shape[1])
    var magnitude: [Float]?
    if isDoRA {
      let name = module + MLXAdapterFolder.magnitude
      guard file.entry(name)?.shape == [outputs] else {
        return fault("there is no `\(name)` of shape [\(outputs)], which `dora` asks for")
      }
      magnitude = floats(name)
    }
    modules.append(
      PEFTLoRA(
        module: module, a: MLXAdapterFolder.transposed(aValues, rows: inputs, columns: rank),
        aShape: [rank, inputs],
        b: MLXAdapterFolder.transposed(bValues, rows: rank, columns: outputs),
        bShape: [outputs, rank], alpha: alpha, magnitude: magnitude))
  }

  private mutating func floats(_ name: String) -> [Float]? {
    do {
      return try file.floats(name)
    } catch let error as DiagnosticError {
      faults += error.diagnostics
    } catch {
      fault("tensor `\(name)`: \(error)")
    }
    return nil
  }

  private mutating func fault(_ message: String, hint: String? = nil) {
    faults.append(Diagnostic("\(file.name): \(message)", hints: hint.map { [$0] } ?? []))
  }
}
