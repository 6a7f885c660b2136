import Checkpoints
import Testing
import Tokenization

/// A folder with a tokenizer, and the tokens that the `tokenizers` library gives texts
/// (Tests/Fixtures/make_tokenizers.py).
struct GoldenTokens {
  /// Two texts, the first and the one after it, and what they give.
  struct Pair {
    let index: Int
    let length: Int?
    let addsSpecialTokens: Bool
    let pair: TokenPair
    let single: [Int]
  }

  let tokenizer: Tokenizer
  let texts: [String]
  let ids: [[Int]]
  let bare: [[Int]]
  let pairs: [Pair]
  let decoded: [String]
  let whole: [String]

  init(_ folder: String, texts path: String) throws {
    tokenizer = try Tokenizer(path: folder)
    func json(_ path: String) throws -> JSONValue {
      try JSONValue(parsing: readGzipFile(path, limit: 1 << 28), name: path)
    }
    texts = Self.strings(try json(path))
    let golden = try json("\(folder)/golden.json.gz")
    ids = Self.lists(golden["ids"])
    bare = Self.lists(golden["bare"])
    decoded = Self.strings(golden["text"])
    whole = Self.strings(golden["whole"])
    pairs = (golden["pairs"]?.elements ?? []).compactMap { entry in
      guard let parts = entry.elements, let index = parts[0].whole, let adds = parts[2].flag else {
        return nil
      }
      return Pair(
        index: index, length: parts[1].whole, addsSpecialTokens: adds,
        pair: TokenPair(ids: Self.numbers(parts[3]), typeIDs: Self.numbers(parts[4])),
        single: Self.numbers(parts[5]))
    }
  }

  /// What differs, at most ten sentences.
  func differences() -> [String] {
    var found: [String] = []
    func compare<Value: Equatable>(_ own: Value, _ wanted: Value, _ what: @autoclosure () -> String)
    {
      guard own != wanted, found.count < 10 else { return }
      found.append("\(what()): \(own), expected \(wanted)")
    }
    for (text, ids) in zip(texts, ids) {
      compare(tokenizer.encode(text), ids, text.debugDescription)
    }
    for (text, ids) in zip(texts, bare) {
      compare(
        tokenizer.encode(text, addsSpecialTokens: false), ids, "bare \(text.debugDescription)")
    }
    for (ids, text) in zip(ids, decoded) {
      compare(
        Array(tokenizer.decode(ids).utf8), Array(text.utf8), "\(ids) \(text.debugDescription)")
    }
    for (ids, text) in zip(ids, whole) {
      let own = tokenizer.decode(ids, skipsSpecialTokens: false)
      compare(Array(own.utf8), Array(text.utf8), "whole \(ids) \(text.debugDescription)")
    }
    for pair in pairs {
      let (first, second) = (texts[pair.index], texts[pair.index + 1])
      let own = tokenizer.encodePair(
        first, second, addsSpecialTokens: pair.addsSpecialTokens, length: pair.length)
      compare(own, pair.pair, "\([first, second]) in \(pair.length ?? 0)")
      let single = tokenizer.encode(
        first, addsSpecialTokens: pair.addsSpecialTokens, length: pair.length)
      compare(single, pair.single, "\(first.debugDescription) in \(pair.length ?? 0)")
    }
    return found
  }

  private static func numbers(_ json: JSONValue?) -> [Int] {
    json?.elements?.compactMap(\.whole) ?? []
  }

  /// Numbers with spaces between them, for each text.
  private static func lists(_ json: JSONValue?) -> [[Int]] {
    strings(json).map { $0.split(separator: " ").compactMap { Int($0) } }
  }

  private static func strings(_ json: JSONValue?) -> [String] {
    json?.elements?.compactMap(\.text) ?? []
  }
}
