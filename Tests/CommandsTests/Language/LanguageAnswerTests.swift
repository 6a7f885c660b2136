import Answers
import Checkpoints
import Foundation
import TestSupport
import Testing

/// `petl evaluate` of questions and answers, and of words and bytes.
@Suite struct LanguageAnswerTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    try folder.writeLanguageModel("llama", to: "llama")
    try folder.write("the cat sat on the mat. it was flat.\n", to: "a.txt")
  }

  private func petl(_ arguments: [String]) throws -> Outcome {
    try Program.run(Program.petl(), arguments, in: folder.path)
  }

  private func lines(_ name: String) throws -> [JSONValue] {
    try folder.text(name).split(separator: "\n").map {
      try JSONValue(parsing: Array($0.utf8), name: name)
    }
  }

  /// The sum of all losses over words and bytes.
  @Test(arguments: [
    ("a.txt", "the cat sat on the mat. it was flat.\n", 9, 37),
    ("a.jsonl", #"{"prompt": "the cat", "completion": " sat on"}"# + "\n", 2, 7),
  ]) func wordsAndBytes(name: String, text: String, words: Int, bytes: Int) throws {
    try folder.write(text, to: name)
    let outcome = try petl([
      "evaluate", "--weights", "llama", "--data", name, "--length", "16", "--json",
    ])
    #expect(outcome.code == 0, "\(outcome.complaints)")
    let figures = try outcome.json()
    func figure(_ name: String) throws -> Double { try #require(figures[name] as? Double) }
    let sum = try figure("loss") * figure("tokens")
    #expect(figures["words"] as? Int == words && figures["bytes"] as? Int == bytes)
    #expect(abs(try log(figure("wordPerplexity")) - sum / Double(words)) < 1e-9)
    #expect(abs(try log(figure("bytePerplexity")) - sum / Double(bytes)) < 1e-9)
    #expect(abs(try figure("bitsPerByte") - sum / Double(bytes) / log(2)) < 1e-9)
    let table = try petl(["evaluate", "--weights", "llama", "--data", name])
    #expect(table.output.contains("bits a byte"), "\(table.output)")
  }

  /// Without a word there is no perplexity of words.
  @Test func noWords() throws {
    try folder.write(" \n  \n", to: "a.txt")
    let outcome = try petl(["evaluate", "--weights", "llama", "--data", "a.txt", "--json"])
    #expect(outcome.code == 0, "\(outcome.complaints)")
    #expect(try outcome.json()["wordPerplexity"] == nil)
    #expect(try outcome.json()["bitsPerByte"] as? Double != nil)
  }

  private struct Choices: Decodable {
    struct Question: Codable {
      let question: String
      let choices: [String]
      let answer: Int
    }
    let questions: [Question]
    let models: [String: [[Double]]]
  }

  /// Log-probabilities are those of transformers; GPT-2 has so few positions that questions are cut.
  @Test(arguments: ["llama", "gpt2"], [1, 3]) func choices(model: String, batchSize: Int) throws {
    try folder.writeLanguageModel(model, to: "model")
    let data = try Data(contentsOf: URL(filePath: fixture("language-evaluation/choices.json")))
    let expected = try JSONDecoder().decode(Choices.self, from: data)
    let text = try expected.questions.map {
      String(decoding: try JSONEncoder().encode($0), as: UTF8.self) + "\n"
    }
    try folder.write(text.joined(), to: "q.jsonl")
    let outcome = try petl([
      "evaluate", "--weights", "model", "--data", "q.jsonl", "--json", "--output", "o.jsonl",
      "--batch-size", "\(batchSize)",
    ])
    #expect(outcome.code == 0, "\(outcome.complaints)")
    let answers = try lines("o.jsonl")
    let models = try #require(expected.models[model])
    #expect(answers.count == 5)
    for (answer, logs) in zip(answers, models) {
      let own = answer["logProbabilities"]?.elements?.compactMap(\.double) ?? []
      #expect(own.count == logs.count)
      #expect(zip(own, logs).allSatisfy { abs($0 - $1) < 1e-3 }, "\(own), \(logs)")
    }
    let figures = try outcome.json()
    #expect(figures["questions"] as? Int == 5)
    guard model == "llama" else {
      #expect(figures["shortened"] as? Int == 6)
      #expect(outcome.complaints.contains("6 choices with their questions are longer"))
      return
    }
    // By hand from the log-probabilities and the lengths of the choices.
    #expect(answers.map { $0["choice"]?.whole } == [2, 2, 1, 0, 0])
    #expect(answers.map { $0["choiceNormalized"]?.whole } == [0, 1, 0, 1, 1])
    #expect(figures["accuracy"] as? Double == 0.4)
    #expect(figures["accuracyNormalized"] as? Double == 0.4)
    let error = try #require(figures["standardError"] as? Double)
    #expect(abs(error - (0.4 * 0.6 / 4).squareRoot()) < 1e-12)
    #expect(figures["shortened"] as? Int == 0)
    let table = try petl(["evaluate", "--weights", "model", "--data", "q.jsonl"])
    #expect(table.output.contains("for each character"), "\(table.output)")
    #expect(table.output.contains("40.0"), "\(table.output)")
  }

  /// An answer is what `petl generate` writes.
  @Test func exactMatch() throws {
    func written(_ prompt: String) throws -> String {
      let outcome = try petl([
        "generate", "--weights", "llama", "--prompt", prompt, "--max-tokens", "6", "--raw",
        "--quiet",
      ])
      return String(outcome.output.dropLast())
    }
    let texts = [try written("the cat"), try written("a dog")]
    let wanted = [
      ["prompt": "the cat", "completion": " \(texts[0]) "],
      [
        "prompt": "a dog", "completion": texts[1] + "x",
      ],
    ]
    let file = try wanted.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }
    try folder.write(file.joined(separator: "\n"), to: "p.jsonl")
    let words = ["evaluate", "--weights", "llama", "--data", "p.jsonl", "--generate"]
    let outcome = try petl(
      words + ["--max-tokens", "6", "--output", "o.jsonl", "--json"])
    #expect(outcome.code == 0, "\(outcome.complaints)")
    let figures = try JSONValue(parsing: Array(outcome.output.utf8), name: "figures")
    #expect(figures["examples"]?.whole == 2 && figures["extraction"]?.text == "none")
    #expect(figures["exactMatch"]?.double == 0.5)
    #expect(figures["standardError"]?.double == 0.5)
    #expect(figures["exactMatchFlexible"] == nil)
    let answers = try lines("o.jsonl")
    #expect(answers.map { $0["text"]?.text } == texts)
    #expect(answers.map { $0["exactMatch"]?.flag } == [true, false])
    #expect(figures["cut"]?.whole == answers.count { $0["end"]?.text == "length" })
    let diversity = TextDiversity(texts)
    #expect(figures["diversity"]?["texts"]?.whole == 2)
    #expect(figures["diversity"]?["distinct1"]?.double == diversity.distinct1)
    #expect(figures["diversity"]?["entropy"]?.double == diversity.entropy)
    let table = try petl(words + ["--max-tokens", "6"])
    #expect(table.output.contains("the whole text is right"), "\(table.output)")
    #expect(table.output.contains("self-BLEU-4"), "\(table.output)")
  }

  /// GSM8K is told by its numbers after a mark, and counted in both ways.
  @Test func numbers() throws {
    try folder.write(#"{"question": "the sum.", "answer": "it is\n#### 4"}"#, to: "g.jsonl")
    let words = ["evaluate", "--weights", "llama", "--data", "g.jsonl", "--generate", "--json"]
    let outcome = try petl(words + ["--max-tokens", "4", "--stop", "e"])
    #expect(outcome.code == 0, "\(outcome.complaints)")
    #expect(outcome.complaints.contains("as with --extract gsm8k"))
    let figures = try outcome.json()
    #expect(figures["extraction"] as? String == "gsm8k")
    #expect(figures["exactMatch"] as? Double == 0)
    #expect(figures["exactMatchFlexible"] as? Double == 0)
    #expect(figures["standardError"] == nil)
    let last = try petl(words + ["--max-tokens", "4", "--extract", "last-number"]).json()
    #expect(last["exactMatchFlexible"] == nil && last["extraction"] as? String == "last-number")
  }

  @Test func diversityOfPrompts() throws {
    try folder.write("the cat\na dog\nthe cat\n", to: "p.txt")
    let outcome = try petl([
      "generate", "--weights", "llama", "--prompts", "p.txt", "--max-tokens", "9", "--output",
      "o.jsonl", "--diversity",
    ])
    #expect(outcome.code == 0, "\(outcome.complaints)")
    let texts = try lines("o.jsonl").compactMap { $0["text"]?.text }
    let figures = try JSONValue(parsing: Array(outcome.output.utf8), name: "figures")
    #expect(figures["texts"]?.whole == 3)
    #expect(figures["selfBLEU4"]?.double == TextDiversity(texts).selfBLEU4)
  }

  @Test(arguments: [
    (["--data", "c.jsonl", "--generate"], "leave --generate out"),
    (["--data", "c.jsonl", "--template", "chatml"], "--template is of conversations"),
    (["--data", "c.jsonl", "--length", "3"], "has 4 tokens, and at most 3 are read"),
    (["--data", "c.jsonl", "--output", "nowhere/o.jsonl"], "nowhere/o.jsonl"),
    (["--data", "a.txt", "--output", "o.jsonl"], "--output goes with"),
    (["--data", "a.txt", "--generate"], "stand in a .jsonl"),
    (["--data", "a.txt", "--raw"], "--raw does not go with this: without --generate"),
    (["--data", "a.txt", "--extract", "all"], "--extract is gsm8k, last-number or none"),
    (["--data", "a.txt", "--generate", "--max-tokens", "0"], "--max-tokens is 1 to"),
    (["--data", "g.jsonl"], "questions without 'choices'"),
    (["--data", "g.jsonl", "--generate", "--length", "9"], "--length does not go with --generate"),
    (["--data", "g.jsonl", "--generate", "--batch-size", "9"], "--batch-size does not go"),
    (
      ["--data", "g.jsonl", "--generate", "--raw", "--template", "chatml"], "contradict each other"
    ),
    (["--data", "g.jsonl", "--generate", "--extract", "gsm8k"], "no number after '#### '"),
    (["--data", "g.jsonl", "--generate", "--extract", "last-number"], "has no number"),
  ]) func mistakes(arguments: [String], words: String) throws {
    try folder.write(
      #"{"question": "a", "choices": ["the", "on"], "answer": 0}"#, to: "c.jsonl")
    try folder.write(#"{"question": "a", "answer": "none"}"#, to: "g.jsonl")
    let outcome = try petl(["evaluate", "--weights", "llama"] + arguments)
    #expect(outcome.code == 2)
    #expect(outcome.complaints.contains(words), "\(outcome.complaints)")
  }

  @Test func notOfOtherNetworks() throws {
    try folder.writeLanguageModel("bert", to: "bert", isEncoder: true)
    try folder.write(#"{"question": "a", "choices": ["b", "c"], "answer": 0}"#, to: "c.jsonl")
    let encoder = try petl(["evaluate", "--weights", "bert", "--data", "c.jsonl"])
    #expect(encoder.complaints.contains("predicts the next token"), "\(encoder.complaints)")
    let images = try petl([
      "evaluate", "--weights", "embedded:vit-micro", "--data", "digits", "--generate",
    ])
    #expect(images.code == 2)
    #expect(
      images.complaints.contains("it goes with --weights of a language model"),
      "\(images.complaints)")
    let alone = try petl([
      "generate", "--weights", "llama", "--prompt", "a", "--diversity",
    ])
    #expect(alone.complaints.contains("--diversity goes with"), "\(alone.complaints)")
  }
}
