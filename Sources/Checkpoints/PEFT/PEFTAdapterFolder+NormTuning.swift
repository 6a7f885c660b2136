import PETL

/// PEFT's LN_TUNING: modules, norms or others, that are trained whole, without an adapter.
extension PEFTAdapterFolder {
  /// PEFT's type of modules that are trained in the place of the network's own.
  package static let tuningType = "LN_TUNING"
  private static let marker = "ln_tuning_layers"

  /// Reads a folder of such modules: its tensors are the network's own weights.
  ///
  /// - Throws: `DiagnosticError` that names the file, key or tensor.
  static func readTuning(_ files: PEFTFiles) throws -> PEFTAdapterFolder {
    let (json, path) = (files.json, files.configurationPath)
    let fields = PEFTFields(json: json, file: path)
    try PEFTUnsupported.diagnostics(json, file: path).throwIfAny()
    let targets = try fields.targets()
    let file = try files.tensors()
    let others = PEFTNetworkTensors(targets: targets, bias: .none)
    var folder = PEFTAdapterFolder(modules: [], metadata: file.metadata)
    var faults: [Diagnostic] = []
    for entry in file.entries {
      let name = String(entry.name.dropFirst(PEFTNames.prefix.count))
      let parts = name.split(separator: ".", omittingEmptySubsequences: false)
      guard entry.name.hasPrefix(PEFTNames.prefix), PathNames.objection(to: name) == nil else {
        faults.append(
          Diagnostic(
            "\(file.name): tensor `\(entry.name.prefix(80))` does not begin with `\(PEFTNames.prefix)`"
          ))
        continue
      }
      if let empty = emptyAxis(entry) {
        faults.append(Diagnostic("\(file.name): \(empty)"))
        continue
      }
      var own: String?
      if let place = parts.firstIndex(of: Substring(marker)) {
        let module = parts[..<place].joined(separator: ".")
        if try targets.adapts(module) {
          own = (parts[..<place] + parts[(place + 1)...]).joined(separator: ".")
        }
      } else if case .weight(let found, _)? = try others.find(name) {
        own = found
      }
      guard let own else {
        faults.append(
          Diagnostic(
            "\(file.name): tensor `\(entry.name)` is not expected here",
            hints: [
              "tensors are `….\(marker).…` of a module in `target_modules`, or of one in `modules_to_save`"
            ]))
        continue
      }
      folder.fullTensors.append(
        .init(name: own, shape: entry.shape, values: try file.floats(entry.name)))
    }
    try faults.throwIfAny()
    guard !folder.fullTensors.isEmpty else {
      throw DiagnosticError("\(file.name): there is no tensor in it")
    }
    folder.baseModel = try fields.value("base_model_name_or_path", "a string", \.text)
    folder.claims = AdapterClaims(
      whole: targets, baseClass: json["auto_mapping"]?["base_model_class"]?.text,
      folder.fullTensors.map(\.module))
    folder.warnings = PEFTUnsupported.warnings(
      json, file: path, known: PEFTUnsupported.generalKeys)
    return folder
  }

  /// Writes a folder of such modules, which PEFT's `PeftModel.from_pretrained` then loads.
  ///
  /// - Parameters:
  ///   - path: The folder; it is created if need be.
  ///   - head: The path of the head, which is saved beside them.
  /// - Throws: `DiagnosticError` if a file cannot be written.
  package func writeTuning(to path: String, head: String) throws {
    let (heads, own) = (
      fullTensors.filter { $0.module == head }, fullTensors.filter { $0.module != head }
    )
    let modules = Set(own.map(\.module)).sorted()
    // A list of names would mean the identities that stand for norms in timm's attention, too.
    let targets = modules.map { $0.replacing(".", with: "\\.") }.joined(separator: "|")
    let configuration = JSONValue.object([
      .init("auto_mapping", autoMapping),
      .init("base_model_name_or_path", baseModel.map { .string($0) } ?? .null),
      .init("exclude_modules", .null), .init("inference_mode", .bool(true)),
      .init("modules_to_save", heads.isEmpty ? .null : .array([.string(head)])),
      .init("peft_type", .string(Self.tuningType)),
      .init("peft_version", .string(PEFTNames.version)), .init("target_modules", .string(targets)),
      .init("task_type", .null),
    ])
    let records =
      heads.map { TensorRecord.float32(PEFTNames.prefix + $0.name, shape: $0.shape, $0.values) }
      + own.map { tensor in
        let end = tensor.name.dropFirst(tensor.module.count)
        return TensorRecord.float32(
          PEFTNames.prefix + tensor.module + "." + Self.marker + end, shape: tensor.shape,
          tensor.values)
      }
    let card = """
      ---
      \(baseModel.map { "base_model: \(jsonString($0, asciiOnly: false))\n" } ?? "")library_name: peft
      ---

      # \(modules.count) modules, trained whole

      Written by PETLKit in the format of PEFT \(PEFTNames.version).

      """
    try PEFTFolderWriter(
      configuration: configuration, records: records, metadata: metadata, card: card
    ).write(to: path)
  }
}
