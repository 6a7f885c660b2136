import Checkpoints
import PETL
import Tokenization

extension CLIPTokenizer {
  /// The most bytes of a file that are read (our choice; OpenAI's list of merges takes 3 MB).
  private static let limit = 64 << 20
  /// How many of OpenAI's merges CLIP has; its file lists more.
  private static let openAIMerges = 49_152 - 256 - 2

  /// Reads a vocabulary.
  ///
  /// | path | what |
  /// |---|---|
  /// | a folder | `vocab.json` and `merges.txt`, or else `tokenizer.json`, or else OpenAI's file |
  /// | `….json` with a `model` in it | Hugging Face's `tokenizer.json` |
  /// | another `….json` | Hugging Face's `vocab.json`; `merges.txt` lies beside it |
  /// | anything else | OpenAI's `bpe_simple_vocab_16e6.txt`, also as `.gz` |
  ///
  /// - Parameter path: of the file or folder.
  /// - Throws: `DiagnosticError` with all mistakes of the file.
  public init(path: String) throws {
    guard FileFacts(path) != nil else {
      throw DiagnosticError(
        "there is no tokenizer \(path)",
        hints: ["expected a folder with vocab.json and merges.txt, or OpenAI's vocabulary"])
    }
    if FileFacts.isFolder(path) {
      let names = [
        "vocab.json", "tokenizer.json", "bpe_simple_vocab_16e6.txt", "bpe_simple_vocab_16e6.txt.gz",
      ]
      guard let name = names.first(where: { FileFacts("\(path)/\($0)") != nil }) else {
        throw DiagnosticError(
          "\(path): there is no tokenizer in this folder",
          hints: ["expected vocab.json and merges.txt, tokenizer.json, or \(names[2])"])
      }
      self = try Self(path: "\(path)/\(name)")
    } else if path.hasSuffix(".json") {
      try self.init(json: path)
    } else {
      try self.init(openAI: path)
    }
  }

  private init(json path: String) throws {
    let json = try JSONValue(parsing: readFile(path, limit: Self.limit), name: path)
    let model = json["model"]
    guard let members = (model?["vocab"] ?? json).members else {
      throw DiagnosticError(
        "\(path): there is no vocabulary", hints: ["expected an object of names and numbers"])
    }
    if let type = model?["type"]?.text, type != "BPE" {
      throw DiagnosticError(
        "\(path): the tokenizer is a '\(type)'", hints: ["CLIP's is a BPE"])
    }
    var reading = VocabularyReading(path)
    for member in members { reading.add(member) }
    for token in json["added_tokens"]?.elements ?? [] {
      if let name = token["content"]?.text, let id = token["id"] { reading.add(.init(name, id)) }
    }
    if let merges = model?["merges"] {
      for (index, merge) in (merges.elements ?? []).enumerated() {
        let parts = merge.elements?.compactMap(\.text)
        let text = parts?.joined(separator: " ") ?? merge.text ?? ""
        reading.add(merge: text, "\(path): merge \(index)")
      }
    } else {
      let file =
        path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        .map { $0 + "/" }.joined() + "merges.txt"
      reading.add(lines: try listText(file), of: file)
    }
    self = try reading.tokenizer()
  }

  private init(openAI path: String) throws {
    let bytes =
      path.hasSuffix(".gz")
      ? try readGzipFile(path, limit: Self.limit) : try readFile(path, limit: Self.limit)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw DiagnosticError("\(path): the vocabulary is not UTF-8 text")
    }
    var reading = VocabularyReading(path)
    for endsWord in [false, true] {
      for byte in ByteAlphabet.order {
        reading.append(ByteAlphabet.name(byte, endsWord: endsWord))
      }
    }
    reading.add(lines: text, of: path, asOpenAI: true, atMost: Self.openAIMerges)
    for name in [Self.startName, Self.endName] { reading.append(Array(name.utf8)) }
    self = try reading.tokenizer()
  }
}

/// A vocabulary as it is read, with the mistakes that were found so far.
private struct VocabularyReading {
  private let path: String
  private var vocabulary: [[UInt8]: Int] = [:]
  private var merges = MergeTable()
  private var mistakes: [Diagnostic] = []

  init(_ path: String) { self.path = path }

  /// Adds a name with the next number.
  mutating func append(_ name: [UInt8]) { vocabulary[name] = vocabulary.count }

  /// Adds a name of a JSON object.
  mutating func add(_ member: JSONValue.Member) {
    guard let number = member.value.whole, (0..<1 << 24).contains(number) else {
      let found = member.value.whole.map(String.init) ?? member.value.kind
      mistakes.append(
        Diagnostic(
          "\(path): token '\(member.name)' has the number \(found)",
          hints: ["expected a whole number from 0 on"]))
      return
    }
    vocabulary[Array(member.name.utf8)] = number
  }

  /// Adds the merges of a text, one a line, after a first line that may be a comment.
  ///
  /// OpenAI's own code never reads the first line, which is `"bpe_simple_vocab_16e6.txt#version: 0.2` in its
  /// file, and makes a token of every merge.
  mutating func add(
    lines text: String, of file: String, asOpenAI: Bool = false, atMost limit: Int = .max
  ) {
    let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
    var number = 0
    for (index, line) in lines.enumerated() where number < limit {
      if line.isEmpty || index == 0 && (asOpenAI || line.hasPrefix("#version")) { continue }
      if asOpenAI { append(Array(line.utf8.filter { $0 != 0x20 })) }
      add(merge: String(line), "\(file):\(index + 1)")
      number += 1
    }
  }

  /// Adds a merge, `first second`.
  mutating func add(merge text: String, _ place: String) {
    let parts = text.utf8.split(separator: 0x20, omittingEmptySubsequences: false).map { Array($0) }
    guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else {
      mistakes.append(
        Diagnostic("\(place): '\(text.prefix(60))' is no merge", hints: ["expected two tokens"]))
      return
    }
    let ids = (parts + [parts[0] + parts[1]]).map { vocabulary[$0] }
    guard let first = ids[0], let second = ids[1], let token = ids[2] else {
      let missing = zip(parts + [parts[0] + parts[1]], ids).first { $0.1 == nil }?.0 ?? []
      mistakes.append(
        Diagnostic(
          "\(place): the vocabulary has no token '\(String(decoding: missing, as: UTF8.self))'",
          hints: ["vocabulary and merges must be of one tokenizer"]))
      return
    }
    guard merges[first, second] == nil else { return }
    merges.set(first, second, rank: merges.count, token: token)
  }

  /// The tokenizer.
  ///
  /// - Throws: `DiagnosticError` with every mistake.
  func tokenizer() throws -> CLIPTokenizer {
    var mistakes = mistakes
    func special(_ name: String) -> Int? {
      if let id = vocabulary[Array(name.utf8)] { return id }
      mistakes.append(
        Diagnostic(
          "\(path): the vocabulary has no token '\(name)'", hints: ["expected CLIP's tokenizer"]))
      return nil
    }
    let (start, end) = (special(CLIPTokenizer.startName), special(CLIPTokenizer.endName))
    guard let start, let end, mistakes.isEmpty else {
      throw listed(mistakes, "mistakes in \(path)")
    }
    return CLIPTokenizer(vocabulary: vocabulary, merges: merges, start: start, end: end)
  }
}
