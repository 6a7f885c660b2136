import Checkpoints
import Datasets
import Foundation
import PETL
import TestSupport
import Testing

private let folder = fixture("clip")

/// Against transformers and open_clip (Tests/Fixtures/make_clip.py).
@Suite("CLIP's tokenizer")
struct CLIPTokenizerTests {
  private func golden(_ key: String) throws -> [(text: String, ids: [Int])] {
    let path = folder + "/golden.json"
    let json = try JSONValue(parsing: readFile(path, limit: 1 << 20), name: path)
    let cases = try #require(json[key]?.elements)
    return try cases.map { item in
      (
        try #require(item["text"]?.text),
        try #require(item["ids"]?.elements).compactMap(\.whole)
      )
    }
  }

  @Test(
    "numbers odd texts as Hugging Face does",
    arguments: ["/hf", "/hf/vocab.json", "/tokenizer.json"])
  func huggingFace(_ file: String) throws {
    let tokenizer = try CLIPTokenizer(path: folder + file)
    let cases = try golden("huggingFace")
    #expect(cases.count > 30)
    for (text, ids) in cases {
      let own = tokenizer.padded(text, with: .end)
      #expect(own == ids, "\(text.debugDescription)")
    }
    // A vocabulary that knows words makes fewer tokens than bytes.
    #expect(tokenizer.encode(["a red circle"])[0].count < 8)
  }

  @Test(
    "numbers plain texts as OpenAI's code does",
    arguments: ["/openai", "/openai/bpe_simple_vocab_16e6.txt", "/openai/vocabulary.txt.gz"])
  func openAI(_ file: String) throws {
    let tokenizer = try CLIPTokenizer(path: folder + file)
    let cases = try golden("openAI")
    #expect(cases.count > 10)
    for (text, ids) in cases {
      let own = tokenizer.padded(text, with: .zero)
      #expect(own == ids, "\(text.debugDescription)")
    }
  }

  /// OpenAI's own file begins with the name of the file in a quotation mark, and its code never reads it.
  @Test(
    "never reads the first line of OpenAI's file",
    arguments: [
      "\"bpe_simple_vocab_16e6.txt#version: 0.2", "#version: 0.2", "anything at all",
    ])
  func firstLine(_ line: String) throws {
    let path = folder + "/openai/bpe_simple_vocab_16e6.txt"
    let text = String(decoding: try readFile(path, limit: 1 << 20), as: UTF8.self)
    let rest = text.drop { $0 != "\n" }
    let scratch = try ScratchFolder()
    try scratch.write(line + rest, to: "vocabulary.txt")
    let texts = ["a red circle", "the blue square's edge"]
    let (own, other) = try (
      CLIPTokenizer(path: scratch.file("vocabulary.txt")), CLIPTokenizer(path: path)
    )
    #expect(own.encode(texts) == other.encode(texts))
  }

  @Test("numbers long texts in no time")
  func longTexts() throws {
    let tokenizer = try CLIPTokenizer(path: folder + "/hf")
    let clock = ContinuousClock()
    let time = clock.measure {
      let word = tokenizer.encode([String(repeating: "circle", count: 20_000)], length: 1 << 20)[0]
      #expect(word.count > 20_000)
      let marks = String(repeating: "<|startoftext|>", count: 10_000)
      #expect(tokenizer.encode([marks], length: 20_000)[0].count == 10_002)
      let odd = String(repeating: "<|", count: 50_000)
      #expect(tokenizer.encode([odd])[0].count == 77)
    }
    #expect(time < .seconds(20), "\(time)")
  }

  @Test("keeps the end of a text that is cut")
  func context() throws {
    let tokenizer = try CLIPTokenizer(path: folder + "/hf")
    let long = tokenizer.encode([String(repeating: "a ", count: 100)], length: 5)[0]
    try #require(long.count == 5)
    #expect(long[0] == tokenizer.start)
    #expect(long[4] == tokenizer.end)
    #expect(tokenizer.encode([""], length: 2) == [[tokenizer.start, tokenizer.end]])
    #expect(tokenizer.encode([], length: 2).isEmpty)
    let texts = ["a red circle", "", "a red circle"]
    #expect(tokenizer.encode(texts) == texts.map { tokenizer.encode([$0])[0] })
    #expect(tokenizer.encode(["🙂"])[0].allSatisfy { $0 < tokenizer.count })
  }

  @Test("refuses what is no vocabulary of CLIP, with every mistake")
  func malformed() throws {
    let scratch = try ScratchFolder()
    func complaint(_ files: [String: String], _ path: String) throws -> String {
      for (name, text) in files { try scratch.write(text, to: name) }
      return TestSupport.complaint { try CLIPTokenizer(path: scratch.path + path) }
    }
    #expect(try complaint([:], "/none").contains("there is no tokenizer"))
    #expect(try complaint([:], "").contains("there is no tokenizer in this folder"))
    #expect(try complaint(["vocab.json": "[1]"], "/vocab.json").contains("no vocabulary"))
    #expect(try complaint(["vocab.json": "{"], "/vocab.json").contains("vocab.json"))
    let vocabulary = #"{"a": 0, "b": -1, "c": "x", "<|startoftext|>": 1}"#
    let found = try complaint(
      ["vocab.json": vocabulary, "merges.txt": "#version: 0.2\na z\nabc\n"], "/vocab.json")
    for words in [
      "token 'b' has the number -1", "token 'c' has the number a string",
      "merges.txt:2: the vocabulary has no token 'z'", "merges.txt:3: 'abc' is no merge",
      "no token '<|endoftext|>'",
    ] {
      #expect(found.contains(words), "\(found)")
    }
    let other = #"{"model": {"type": "WordPiece", "vocab": {"a": 0}}}"#
    #expect(try complaint(["tokenizer.json": other], "/tokenizer.json").contains("WordPiece"))
    #expect(try complaint(["broken.gz": "text"], "/broken.gz").contains("not a whole gzip file"))
  }
}
