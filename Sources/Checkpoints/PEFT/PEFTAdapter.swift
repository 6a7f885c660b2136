import PETL

/// What a PEFT adapter folder holds.
public enum PEFTAdapter {
  /// Low-rank changes of linear maps, PEFT's LoRA and DoRA; or weights of the network alone, its LN_TUNING.
  case lowRank(PEFTAdapterFolder)
  /// Another method, in the form that its plugin gives.
  case form(PEFTFolder)

  /// Reads a folder with `adapter_config.json` and `adapter_model.safetensors`.
  ///
  /// - Parameters:
  ///   - path: The folder.
  ///   - methods: The adapters that folders of PEFT can hold.
  /// - Returns: What the folder holds.
  /// - Throws: `DiagnosticError` that names the file, key or tensor, if the folder cannot be read or
  ///   holds what is not supported.
  public static func read(
    _ path: String, methods: [any PEFTConvertible.Type]
  ) throws -> PEFTAdapter {
    let files = try PEFTFiles(path)
    let others = methods.filter { $0.peftForm.type != PEFTAdapterFolder.peftType }
    guard let type = files.json["peft_type"]?.text, type != PEFTAdapterFolder.peftType else {
      return .lowRank(try PEFTAdapterFolder.read(files))
    }
    if type == PEFTAdapterFolder.tuningType {
      return .lowRank(try PEFTAdapterFolder.readTuning(files))
    }
    let candidates = others.filter { $0.peftForm.type == type }
    guard let first = candidates.first else {
      throw PEFTConfiguration.refusal(
        of: type,
        [PEFTAdapterFolder.peftType] + others.map { $0.peftForm.type }
          + [PEFTAdapterFolder.tuningType],
        file: files.configurationPath)
    }
    let fields = PEFTFields(json: files.json, file: files.configurationPath)
    var found: [String: PEFTValue] = [:]
    for method in candidates {
      for key in method.peftForm.keys where key.isMark {
        found[key.name] = try fields.value(of: key)
      }
    }
    guard let method = candidates.method(of: type, found) else {
      throw DiagnosticError(
        first.peftForm.keys.filter { $0.excludes(found[$0.name]) }.map { key in
          let value = found[key.name].map { "is \($0)" } ?? "is missing"
          return Diagnostic(
            "\(files.configurationPath): `\(key.name)` \(value), which is not supported: "
              + "\(first.peftForm.title) is read with \(key.value)")
        })
    }
    return .form(try PEFTFolder.read(files, as: method))
  }
}

/// The files of a PEFT adapter folder.
struct PEFTFiles {
  /// The folder.
  let folder: String
  /// What `adapter_config.json` holds, without a `fan_in_fan_out` that says nothing new.
  let json: JSONValue
  /// What is said of the model.
  let task: PEFTTask

  /// The path of `adapter_config.json`.
  var configurationPath: String { "\(folder)/\(PEFTNames.configuration)" }

  /// Reads the configuration of the folder at `path`.
  ///
  /// - Throws: `DiagnosticError` if it is not there or no JSON.
  init(_ path: String) throws {
    folder = path
    let file = "\(path)/\(PEFTNames.configuration)"
    guard fileExists(file) else {
      throw DiagnosticError(
        "\(path): no \(PEFTNames.configuration) here, so this is not a PEFT adapter folder",
        hints: ["an adapter not named `default` lies in a sub-folder of its name"])
    }
    let json = try JSONValue(parsing: readFile(file, limit: 16 << 20), name: file)
    let tensors = "\(path)/\(PEFTNames.tensors)"
    let names =
      fileExists(tensors) ? try SafetensorsFile(path: tensors).entries.map(\.name) : []
    task = PEFTTask(json, tensors: names)
    // A and B are the same whatever way the maps of the network lie.
    let members = task.isTransposed ? json.members : nil
    self.json = members.map { .object($0.filter { $0.name != "fan_in_fan_out" }) } ?? json
  }

  /// The tensors; the pickle of old folders leads to its refusal.
  ///
  /// - Throws: `DiagnosticError` if they cannot be read.
  func tensors() throws -> SafetensorsFile {
    let path = "\(folder)/\(PEFTNames.tensors)"
    let pickle = "\(folder)/\(PEFTNames.pickle)"
    return try SafetensorsFile(path: !fileExists(path) && fileExists(pickle) ? pickle : path)
  }
}
