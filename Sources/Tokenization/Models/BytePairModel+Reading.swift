import Checkpoints
import PETL

extension BytePairModel {
  /// Reads `model` of a `tokenizer.json`.
  ///
  /// - Throws: `DiagnosticError` with the key if something does not fit.
  init(_ json: JSONValue, file: String) throws {
    let fields = try Fields(
      json, file: file, path: "model",
      keys: [
        "dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix", "fuse_unk",
        "byte_fallback", "ignore_merges", "vocab", "merges",
      ])
    if let dropout = fields["dropout"], dropout.double != 0 {
      throw fields.unsupported(
        "dropout", hint: "it makes the tokens of a text a matter of chance; expected null")
    }
    let vocabulary = try Vocabulary(fields["vocab"], place: "\(file): `model.vocab`")
    let prefix = Array(try fields.text("continuing_subword_prefix")?.utf8 ?? "".utf8)
    var merges = MergeTable()
    let list = try fields.list("merges")
    merges.reserve(list.count)
    for (rank, merge) in list.enumerated() {
      try merges.add(
        merge, rank: rank, vocabulary: vocabulary, prefix: prefix,
        place: "\(file): `model.merges[\(rank)]`")
    }
    self.init(
      vocabulary: vocabulary, merges: merges,
      unknown: try fields.token("unk_token", in: vocabulary))
    self.prefix = prefix
    suffix = Array(try fields.text("end_of_word_suffix")?.utf8 ?? "".utf8)
    fusesUnknown = try fields.flag("fuse_unk", default: false)
    ignoresMerges = try fields.flag("ignore_merges", default: false)
    byteTokens =
      try fields.flag("byte_fallback", default: false) ? vocabulary.byteTokens : nil
  }
}

extension Fields {
  /// The number of a token that is named; nil where none is.
  func token(_ key: String, in vocabulary: Vocabulary) throws -> Int? {
    guard let name = try text(key), !name.isEmpty else { return nil }
    guard let id = vocabulary[name] else {
      throw DiagnosticError(
        "\(file): `\(self.name(key))` is '\(name)', which the vocabulary lacks")
    }
    return id
  }
}

extension MergeTable {
  /// Adds `"first second"` or `["first", "second"]`; of the same pair twice the last counts, as in the library.
  fileprivate mutating func add(
    _ json: JSONValue, rank: Int, vocabulary: Vocabulary, prefix: [UInt8], place: String
  ) throws {
    if let text = json.text {
      return try add(
        spelled: text, rank: rank, vocabulary: vocabulary, prefix: prefix, place: place)
    }
    guard let parts = json.elements, parts.count == 2, let first = parts[0].text,
      let second = parts[1].text
    else { throw DiagnosticError("\(place) is no merge", hints: ["expected two tokens"]) }
    try add(
      Array(first.utf8), Array(second.utf8), rank: rank, vocabulary: vocabulary, prefix: prefix,
      place: place)
  }

  /// Adds `first second`.
  mutating func add(
    spelled text: String, rank: Int, vocabulary: Vocabulary, prefix: [UInt8] = [], place: String
  ) throws {
    let parts = text.utf8.split(separator: 0x20, omittingEmptySubsequences: false).map { Array($0) }
    guard parts.count == 2 else {
      throw DiagnosticError("\(place) is no merge", hints: ["expected two tokens"])
    }
    try add(
      parts[0], parts[1], rank: rank, vocabulary: vocabulary, prefix: prefix, place: place)
  }

  /// Adds a merge of two tokens, of which the second loses the prefix that it has inside a word.
  mutating func add(
    _ first: [UInt8], _ second: [UInt8], rank: Int, vocabulary: Vocabulary, prefix: [UInt8] = [],
    place: String
  ) throws {
    let both = first + second.dropFirst(prefix.count)
    guard let left = vocabulary[first], let right = vocabulary[second],
      let token = vocabulary[both]
    else {
      let missing = [first, second, both].first { vocabulary[$0] == nil } ?? both
      throw DiagnosticError(
        "\(place): the vocabulary has no token '\(String(decoding: missing, as: UTF8.self))'",
        hints: ["vocabulary and merges must be of one tokenizer"])
    }
    set(left, right, rank: rank, token: token)
  }
}
