import Backbones
import Checkpoints
import Foundation
import PETL
import Tokenization

/// A language model's weights and its tokenizer, opened and checked, with no weight read yet.
public struct LanguageWeights {
  /// The path that the user gave.
  public let path: String
  /// The weights.
  public let checkpoint: LanguageCheckpoint
  /// The tokenizer that came with them.
  public let tokenizer: Tokenizer
  /// What the user should know of both, a sentence each.
  public let notes: [Note]

  /// Whether a path leads to a language model: a GGUF file, or weights whose `config.json` says so.
  ///
  /// - Parameter path: of a file or a folder, which need not be there.
  /// - Returns: false also where nothing is.
  public static func recognizes(_ path: String) -> Bool {
    if isGGUF(path) { return true }
    let folder = Self.folder(of: path)
    let file = "\(folder)/config.json"
    guard FileKind.seen(at: path) != nil, let bytes = try? readFile(file, limit: 64 << 20),
      let json = try? JSONValue(parsing: bytes, name: file)
    else { return false }
    return LanguageDescription.isOfText(json)
  }

  private static func folder(of path: String) -> String {
    FileKind.seen(at: path) == .folder
      ? path : URL(fileURLWithPath: path).deletingLastPathComponent().path
  }

  private static func isGGUF(_ path: String) -> Bool {
    (try? readStart(of: path, count: 4)) == Array("GGUF".utf8)
  }

  /// Opens a GGUF file, which holds its tokenizer, or a folder of Hugging Face's with a `tokenizer.json`.
  ///
  /// - Parameter path: of the file or the folder.
  /// - Throws: `DiagnosticError` when weights or tokenizer are missing, not supported, or not of one model.
  public init(_ path: String) throws {
    self.path = path
    var notes: [Note] = []
    if Self.isGGUF(path) {
      let weights = try GGUFWeights(path: path)
      checkpoint = try LanguageCheckpoint(
        weights, description: LanguageDescription(weights.configuration, path: path))
      guard let stored = try GGUFTokenizer(weights.file) else {
        throw DiagnosticError("\(path): the file has no tokenizer (`tokenizer.ggml.model`)")
      }
      tokenizer = try Tokenizer(values: VocabularyValues(stored, file: path), name: path)
      notes += weights.notes
    } else {
      checkpoint = try LanguageCheckpoint.open(path)
      tokenizer = try Tokenizer(path: Self.folder(of: path))
    }
    let rows = checkpoint.configuration.vocabulary
    guard tokenizer.count <= rows else {
      throw DiagnosticError(
        "\(path): the tokenizer has \(tokenizer.count) tokens, and the network \(rows): they are not of one model"
      )
    }
    let types = checkpoint.configuration.tokenTypes
    guard types == 0 || tokenizer.typeCount <= types else {
      throw DiagnosticError(
        "\(path): the tokenizer gives tokens \(tokenizer.typeCount) types, and the network has \(types)"
      )
    }
    self.notes = notes + checkpoint.notes + tokenizer.notes
  }
}

extension LanguageWeights {
  /// The template of chats that came with the model, in Jinja; nil without one.
  ///
  /// - Throws: `DiagnosticError` when a file that may hold it cannot be read.
  public func chatTemplate() throws -> String? {
    if let weights = checkpoint.store as? GGUFWeights {
      return weights.file.value("tokenizer.chat_template")?.text
    }
    let folder = Self.folder(of: path)
    let file = "\(folder)/chat_template.jinja"
    if FileKind.seen(at: file) == .file {
      return String(decoding: try readFile(file, limit: 1 << 20), as: UTF8.self)
    }
    let settings = "\(folder)/tokenizer_config.json"
    guard FileKind.seen(at: settings) == .file else { return nil }
    let json = try JSONValue(parsing: readFile(settings, limit: 64 << 20), name: settings)
    if let text = json["chat_template"]?.text { return text }
    // Of several with names one is the usual.
    return json["chat_template"]?.elements?.first { $0["name"]?.text == "default" }?["template"]?
      .text
  }
}
