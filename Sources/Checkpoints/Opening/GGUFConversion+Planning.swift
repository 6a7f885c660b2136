import PETL

extension GGUFConversion {
  /// The largest file beside the weights that is read, in bytes (our choice).
  private static let limit = 256 << 20

  /// Plans a GGUF file of opened weights: another GGUF file, or a folder of Hugging Face's, whose
  /// tokenizer goes into the file where it is byte-level BPE.
  ///
  /// - Parameters:
  ///   - file: the weights, and config.json beside them.
  ///   - store: the tensors to write; nil for those of the file.
  ///   - type: of matrices.
  /// - Returns: the plan, and what the user should know of the tokenizer.
  /// - Throws: `DiagnosticError` as the initializer does, or when there is no config.json.
  package static func planning(
    _ file: WeightFile, store: (any WeightStore)? = nil, as type: GGUFTensorType
  ) throws -> (GGUFConversion, notes: [Note]) {
    if let weights = file.store as? GGUFWeights {
      let kept = weights.file.keyValues.filter {
        $0.key.hasPrefix("tokenizer.") || $0.key.hasPrefix("general.")
      }
      let conversion = try GGUFConversion(
        store ?? weights, configuration: weights.configuration, type: type, tokenizer: kept)
      return (conversion, weights.notes)
    }
    guard let description = file.description, let folder = file.folder else {
      throw DiagnosticError(
        "\(file.store.name): there is no config.json beside the weights, a GGUF file needs it",
        hints: ["give the folder of the model"])
    }
    let configuration = try json(description)
    var (keys, notes): ([GGUFKeyValue], [Note]) = ([], [])
    if let tokenizer = try tokenizer(folder, configuration, &notes) { keys = tokenizer.keyValues }
    let conversion = try GGUFConversion(
      store ?? file.store, configuration: configuration, type: type, tokenizer: keys)
    return (conversion, notes)
  }

  private static func json(_ path: String) throws -> JSONValue {
    try JSONValue(parsing: readFile(path, limit: limit), name: path)
  }

  /// The tokenizer of a folder; nil with a note where it has none that can be written.
  private static func tokenizer(
    _ folder: String, _ configuration: JSONValue, _ notes: inout [Note]
  ) throws -> GGUFTokenizer? {
    let path = "\(folder)/tokenizer.json"
    guard fileExists(path) else {
      notes.append(.warning("\(folder): there is no tokenizer.json, so the file has no tokenizer"))
      return nil
    }
    let settings = "\(folder)/tokenizer_config.json"
    var template: String?
    if fileExists("\(folder)/chat_template.jinja") {
      let bytes = try readFile("\(folder)/chat_template.jinja", limit: limit)
      template = String(validating: bytes, as: UTF8.self)
    } else if fileExists(settings) {
      template = try json(settings)["chat_template"]?.text
    }
    do {
      return try GGUFTokenizer(
        huggingFace: json(path), configuration: configuration, chatTemplate: template, name: path)
    } catch let error as DiagnosticError {
      notes.append(.warning("\(error.sentences): the file has no tokenizer"))
      return nil
    }
  }
}
