import Checkpoints
import PETL

extension TextDecoder {
  /// Reads `decoder` of a `tokenizer.json`.
  ///
  /// - Throws: `DiagnosticError` with the key if it is not supported.
  init(_ json: JSONValue, file: String, path: String) throws {
    let any = try Fields(json, file: file, path: path)
    func fields(_ keys: [String]) throws -> Fields {
      try Fields(json, file: file, path: path, keys: keys)
    }
    let type = try any.type()
    switch type {
    case "Sequence":
      let parts = try fields(["decoders"]).parts("decoders")
      self = .sequence(try parts.map { try TextDecoder($0.json, file: file, path: $0.path) })
    case "ByteLevel":
      _ = try fields(["add_prefix_space", "trim_offsets", "use_regex"])
      self = .byteLevel
    case "Metaspace": self = .metaspace(try Metaspace(any))
    case "WordPiece":
      let fields = try fields(["prefix", "cleanup"])
      self = .wordPiece(
        prefix: Array((try fields.text("prefix") ?? "##").utf8),
        cleansUp: try fields.flag("cleanup", default: true))
    case "ByteFallback":
      _ = try fields([])
      self = .byteFallback
    case "Fuse":
      _ = try fields([])
      self = .fuse
    case "Strip":
      let fields = try fields(["content", "start", "stop"])
      self = .strip(
        try fields.character("content"), start: try fields.whole("start") ?? 0,
        stop: try fields.whole("stop") ?? 0)
    case "Replace": self = .replace(try Replacement(try fields(["pattern", "content"])))
    case "BPEDecoder":
      let suffix = try fields(["suffix"]).requiredText("suffix")
      guard !suffix.isEmpty else { throw any.error("suffix", "a text that is not empty") }
      self = .wordEnds(suffix: Array(suffix.unicodeScalars))
    default:
      throw any.unsupported(
        "type", value: type,
        hint: "known here: Sequence, ByteLevel, Metaspace, WordPiece, ByteFallback, Fuse, Strip, "
          + "Replace, BPEDecoder")
    }
  }
}
