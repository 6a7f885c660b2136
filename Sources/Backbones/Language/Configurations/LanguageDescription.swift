public import Checkpoints
public import PETL

/// What a `config.json` says of a language model.
///
/// The file is read to its last key: every key is used, refused by its name, known to be without effect, or
/// noted.
public struct LanguageDescription: Sendable {
  /// The file, for messages.
  public let path: String
  /// The sizes and choices.
  public let configuration: LanguageConfiguration
  /// What the network of the file was made for, as `architectures` says it: nil where it does not.
  public let architecture: String?
  /// The names of the classes of a head, by their numbers.
  public let labels: [String]?
  /// What a head's loss is, as `problem_type` says it.
  public let problemType: String?
  /// What the user should know of the file, a sentence each.
  public let notes: [Note]

  /// Whether a `config.json` is of a language model, by its `model_type`.
  public static func recognizes(_ json: JSONValue) -> Bool {
    json["model_type"]?.text.flatMap(LanguageFamily.init(modelType:)) != nil
  }

  /// Whether a `config.json` is of a network of text, also one that is not supported here.
  ///
  /// - Parameter json: the file.
  /// - Returns: what its `model_type` says.
  public static func isOfText(_ json: JSONValue) -> Bool {
    recognizes(json) || json["model_type"]?.text.map { LanguageTables.others[$0] != nil } ?? false
  }

  /// Reads the file.
  ///
  /// - Throws: `DiagnosticError` when it is not JSON, or with every key whose value cannot be used.
  public init(path: String) throws {
    try self.init(JSONValue(parsing: readFile(path, limit: 64 << 20), name: path), path: path)
  }

  /// Takes what is said in a description.
  ///
  /// - Parameters:
  ///   - json: with the keys of Hugging Face's `config.json`.
  ///   - path: the file, for messages.
  /// - Throws: `DiagnosticError` with every key whose value cannot be used.
  public init(_ json: JSONValue, path: String) throws {
    let type = json["model_type"]?.text
    guard let type, let family = LanguageFamily(modelType: type) else {
      throw Self.unknown(type, path)
    }
    let reader = ConfigurationReader(file: path)
    let section = reader.section(json, "", LanguageTables.table(family))
    let keys = LanguageKeys(reader, section, family)
    let configuration = keys.configuration()
    labels = json["id2label"].flatMap { NetworkDescription.labels(numbered: $0) }
    if labels == nil, let value = json["id2label"], !value.isNull {
      reader.complain(
        "\(path): `id2label` is \(value.brief)", hints: ["expected a name for each class from 0 on"]
      )
    }
    for problem in configuration.problems { reader.complain("\(path): \(problem)") }
    let others = QuantizationScheme.unknownKeys(json)
    if !others.isEmpty {
      reader.note(
        Note("\(others.joined(separator: ", ")): no keys that petl knows, left alone", at: path))
    }
    do { _ = try QuantizationScheme.read(json, file: path) } catch let error as DiagnosticError {
      for fault in error.diagnostics { reader.complain(fault.message, hints: fault.hints) }
    }
    try reader.finish()
    self.path = path
    self.configuration = configuration
    architecture = json["architectures"]?.elements?.first?.text
    problemType = section.text("problem_type")?.value
    notes = reader.notes
  }

  private static func unknown(_ type: String?, _ path: String) -> DiagnosticError {
    let known = LanguageFamily.modelTypes
    guard let type else {
      return DiagnosticError(
        "\(path): there is no `model_type`, which says what kind of language model it is of",
        hints: ["expected one of \(known.joined(separator: ", "))"])
    }
    let nearest = nearestName(to: type, among: known).map { ["did you mean '\($0)'?"] } ?? []
    let reason = LanguageTables.others[type] ?? "such language models are not supported"
    return DiagnosticError(
      "\(path): `model_type` is '\(type)': \(reason)",
      hints: nearest + ["expected one of \(known.joined(separator: ", "))"])
  }
}

extension LanguageTables {
  /// Language models of transformers that are not ours, with the reason.
  static let others: [String: String] = [
    "gemma": "the first Gemma is not supported",
    "gemma2": "scores that are cut off softly are not supported",
    "gemma3": "a Gemma 3 with images is not supported: use the text model, of type gemma3_text",
    "deberta":
      "the first DeBERTa, whose query, key and value are one map, is not supported; DeBERTa-v3 is, of type "
      + "deberta-v2",
    "mixtral": "networks of experts are not supported",
    "qwen2_moe": "networks of experts are not supported",
    "qwen3_moe": "networks of experts are not supported",
    "llama4": "networks of experts are not supported",
    "llama4_text": "networks of experts are not supported",
    "phi3": "Phi is not supported", "smollm3": "layers without positions are not supported",
    "t5": "networks of encoder and decoder are not supported",
    "bart": "networks of encoder and decoder are not supported",
    "albert": "ALBERT is not supported", "electra": "ELECTRA is not supported",
    "mpnet": "MPNet is not supported", "modernbert": "ModernBERT is not supported",
  ]
}
