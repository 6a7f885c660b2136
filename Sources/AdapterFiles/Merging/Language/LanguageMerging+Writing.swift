import Checkpoints
import Foundation
import PETL

extension LanguageMerging {
  /// The most bytes of tensors in one file of a folder (our choice).
  private static let shardLimit = 4 << 30
  /// The largest file beside the weights that is copied, in bytes (our choice).
  private static let copyLimit = 256 << 20
  /// The files beside the weights that a model is not whole without.
  private static let companions = [
    "generation_config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
    "added_tokens.json", "vocab.json", "vocab.txt", "merges.txt", "tokenizer.model",
    "spiece.model", "sentencepiece.bpe.model", "chat_template.jinja", "chat_template.json",
  ]

  /// Writes a folder as transformers saves a model: weights, in shards where they are large, config.json, and
  /// the files of the tokenizer and of generation that lie beside the weights.
  ///
  /// - Parameters:
  ///   - folder: It is created if need be.
  ///   - type: Of all tensors; nil leaves each its type.
  /// - Returns: What the user should know.
  /// - Throws: `DiagnosticError` when a file cannot be written.
  public func writeFolder(to folder: String, as type: ScalarType? = nil) throws -> [Note] {
    try createFolder(folder, hints: ["choose another --output"])
    let shards = shards(type)
    for (index, entries) in shards.enumerated() {
      let records = try entries.map { try record($0, as: type) }
      try SafetensorsWriter.write(
        records, metadata: ["format": "pt"], to: "\(folder)/\(Self.name(index, of: shards.count))")
    }
    if shards.count > 1 { try writeIndex(shards, type, to: folder) }
    let words: [ScalarType: String] = [.f32: "float32", .f16: "float16", .bf16: "bfloat16"]
    if let description = file.description, keepsDescription, type == nil {
      try writeAtomically(
        readFile(description, limit: Self.copyLimit), to: "\(folder)/config.json")
    } else {
      let key = description["dtype"] == nil ? "torch_dtype" : "dtype"
      let said = type.flatMap { words[$0] }.map { description.setting(key, .string($0)) }
      let text = try (said ?? description).formatted() + "\n"
      try writeAtomically(Array(text.utf8), to: "\(folder)/config.json")
    }
    guard let source = file.folder else {
      return ["the tokenizer stays in the GGUF file: no tokenizer.json is written"]
    }
    for name in Self.companions where FileKind.seen(at: "\(source)/\(name)") == .file {
      // What a model that predicts tokens generates with is none of a model that tells classes apart.
      if name == "generation_config.json", hasHead { continue }
      try writeAtomically(
        readFile("\(source)/\(name)", limit: Self.copyLimit), to: "\(folder)/\(name)")
    }
    return []
  }

  /// Plans a GGUF file that llama.cpp loads.
  ///
  /// - Parameter type: Of matrices: F32, F16, BF16 or Q8_0.
  /// - Returns: What is to be written, and what the user should know.
  /// - Throws: `DiagnosticError` when the network has no form in such a file.
  public func planGGUF(
    as type: GGUFTensorType
  ) throws -> (conversion: GGUFConversion, notes: [Note]) {
    guard !hasHead else {
      throw DiagnosticError(
        "a GGUF file has no place for a head of classes",
        hints: ["--head keep merges the adapter alone, or give a folder as --output"])
    }
    let (conversion, notes) = try GGUFConversion.planning(file, store: weights, as: type)
    return (conversion, notes + conversion.notes)
  }

  /// Writes that file.
  ///
  /// - Throws: `DiagnosticError` as `planGGUF`, or when it cannot be written.
  public func writeGGUF(to path: String, as type: GGUFTensorType) throws -> [Note] {
    let (conversion, notes) = try planGGUF(as: type)
    try conversion.write(to: path)
    return notes
  }

  private func record(_ entry: TensorEntry, as type: ScalarType?) throws -> TensorRecord {
    if let type, type != entry.type,
      let record = TensorRecord.floating(
        entry.name, as: type, shape: entry.shape, try weights.floats(entry.name))
    {
      return record
    }
    return TensorRecord(
      name: entry.name, type: entry.type, shape: entry.shape, bytes: try weights.bytes(entry.name))
  }

  private func size(_ entry: TensorEntry, _ type: ScalarType?) -> Int {
    (type ?? entry.type).byteCount(shape: entry.shape) ?? 0
  }

  /// The tensors of each file.
  private func shards(_ type: ScalarType?) -> [[TensorEntry]] {
    var shards: [[TensorEntry]] = [[]]
    var bytes = 0
    for entry in weights.entries {
      let own = size(entry, type)
      if bytes + own > Self.shardLimit, bytes > 0 {
        shards.append([])
        bytes = 0
      }
      shards[shards.count - 1].append(entry)
      bytes += own
    }
    return shards
  }

  private static func name(_ index: Int, of count: Int) -> String {
    func digits(_ number: Int) -> String { String(format: "%05d", number) }
    return count == 1
      ? "model.safetensors" : "model-\(digits(index + 1))-of-\(digits(count)).safetensors"
  }

  private func writeIndex(
    _ shards: [[TensorEntry]], _ type: ScalarType?, to folder: String
  ) throws {
    let total = shards.joined().reduce(0) { $0 + size($1, type) }
    let map = shards.enumerated().flatMap { index, entries in
      entries.map {
        JSONValue.Member($0.name, .string(Self.name(index, of: shards.count)))
      }
    }
    let index = JSONValue.object([
      .init("metadata", .object([.init("total_size", .integer(total))])),
      .init("weight_map", .object(map)),
    ])
    try writeAtomically(
      Array(try index.formatted().utf8), to: "\(folder)/model.safetensors.index.json")
  }
}
