import Answers
import Backbones
import Checkpoints
import Foundation
import Networks
import PETL
import PETLPlugins
import TestSupport
import Testing
import Tokenization

/// `petl evaluate`, `petl predict` and `petl generate` of language models.
@Suite struct LanguageCommandTests {
  let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    try folder.writeLanguageModel("llama", to: "llama")
    try folder.writeLanguageModel("bert", to: "bert", isEncoder: true)
    try folder.write("the cat sat on the mat. it was flat.\n", to: "a.txt")
    let prompts = ["a", ""].map { #"{"prompt": "\#($0)", "completion": "b"}"# + "\n" }
    try folder.write(prompts.joined(), to: "q.jsonl")
  }

  func petl(_ arguments: [String]) throws -> Outcome {
    try Program.run(Program.petl(), arguments, in: folder.path)
  }

  func llama() throws -> LanguagePredictor {
    try LanguagePredictor(weights: folder.file("llama"), registry: PluginRegistry.builtIn())
  }

  /// Perplexity over stretches is that of each stretch by itself.
  @Test func evaluate() throws {
    let outcome = try petl([
      "evaluate", "--weights", "llama", "--data", "a.txt", "--length", "16", "--json",
    ])
    #expect(outcome.code == 0, "\(outcome.complaints)")
    let figures = try outcome.json()
    let text = try folder.text("a.txt")
    let ids = try llama().tokenizer.encode(text)
    #expect(ids.count == text.count)
    let stretches = stride(from: 0, to: ids.count, by: 16).map { ids[$0..<min(ids.count, $0 + 16)] }
    let decoder = try llama().decoder(to: "test")
    var (sum, tokens) = (0.0, 0)
    for stretch in stretches {
      let batch = TokenBatch([Array(stretch)])
      let pass = ForwardPass(isTraining: false, images: 1, generator: RandomGenerator(seed: 0))
      let rows = decoder.hidden(batch, adapters: .none, pass: pass)
      let logits = decoder.logits(rows.reshaped([stretch.count, -1])).values.map(Double.init)
      let width = logits.count / stretch.count
      for (index, next) in stretch.dropFirst().enumerated() {
        let row = logits[index * width..<(index + 1) * width]
        sum += log(row.reduce(0) { $0 + exp($1) }) - row[row.startIndex + next]
        tokens += 1
      }
    }
    #expect(figures["tokens"] as? Int == tokens)
    let loss = try #require(figures["loss"] as? Double)
    #expect(abs(loss - sum / Double(tokens)) < 1e-4)
    let perplexity = try #require(figures["perplexity"] as? Double)
    #expect(abs(perplexity - exp(loss)) < 1e-6)
    let words = try petl(["evaluate", "--weights", "llama", "--data", "a.txt"])
    #expect(words.output.contains("perplexity"), "\(words.output)")
  }

  /// A GGUF file of the network predicts as the folder does, unpacked and as it is stored.
  @Test func matricesInBlocks() throws {
    let made = try petl([
      "convert", "llama", "--to", "gguf", "--dtype", "f16", "--output", "l.gguf",
    ])
    #expect(made.code == 0, "\(made.complaints)")
    var losses: [Double] = []
    for words in [[], ["--precision", "as-stored"], ["--precision", "mixed"]] {
      let outcome = try petl(
        ["evaluate", "--weights", "l.gguf", "--data", "a.txt", "--json"] + words)
      #expect(outcome.code == 0, "\(outcome.complaints)")
      losses.append(try #require(try outcome.json()["loss"] as? Double))
    }
    let folder = try petl(["evaluate", "--weights", "llama", "--data", "a.txt", "--json"])
    let loss = try #require(try folder.json()["loss"] as? Double)
    #expect(losses[0] == losses[1])
    #expect(abs(losses[0] - loss) < 1e-3)
    #expect(abs(losses[2] - loss) < 3e-2 && losses[2] != losses[0])
  }

  /// An adapter of PEFT's changes what is predicted and what is written.
  @Test func withAnAdapter() throws {
    let adapter = fixture("language-adapters/llama-lora")
    func loss(_ words: [String]) throws -> Double {
      let outcome = try petl(
        ["evaluate", "--weights", "llama", "--data", "a.txt", "--json"] + words)
      #expect(outcome.code == 0, "\(outcome.complaints)")
      return try #require(try outcome.json()["loss"] as? Double)
    }
    #expect(abs(try loss([]) - loss(["--adapter", adapter])) > 1e-3)
    let written = try petl([
      "generate", "--weights", "llama", "--adapter", adapter, "--prompt", "the", "--quiet",
      "--max-tokens", "4",
    ])
    #expect(written.code == 0, "\(written.complaints)")
  }

  /// Only completions count.
  @Test func evaluateCompletions() throws {
    try folder.write(#"{"prompt": "the cat", "completion": " sat"}"# + "\n", to: "a.jsonl")
    let outcome = try petl(["evaluate", "--weights", "llama", "--data", "a.jsonl", "--json"])
    #expect(try outcome.json()["tokens"] as? Int == 4)
  }

  /// The vector of a text is the same whatever stands beside it, in the order of the lines.
  @Test(arguments: ["mean", "first", "last"]) func predict(pooling: String) throws {
    try folder.write("the cat\n\nsat on the mat\n", to: "lines.txt")
    let outcome = try petl([
      "predict", "--weights", "bert", "--data", "lines.txt", "--pooling", pooling, "--output",
      "f.safetensors",
    ])
    #expect(outcome.code == 0, "\(outcome.complaints)")
    let file = try SafetensorsFile(path: folder.file("f.safetensors"))
    #expect(file.entry("features")?.shape == [3, 24])
    #expect(file.metadata["pooling"] == pooling)
    let features = try file.floats("features")
    let predictor = try LanguagePredictor(
      weights: folder.file("bert"), registry: PluginRegistry.builtIn())
    guard case .encoder(let encoder) = predictor.network else {
      Issue.record("BERT is an encoder")
      return
    }
    for (index, line) in ["the cat", "", "sat on the mat"].enumerated() {
      let ids = predictor.tokenizer.encode(line)
      #expect(ids.count == line.count + 2)
      let pass = ForwardPass(isTraining: false, images: 1, generator: RandomGenerator(seed: 0))
      let rows = encoder.hidden(TokenBatch([ids]), adapters: .none, pass: pass).values
      let tokens = stride(from: 0, to: rows.count, by: 24).map { Array(rows[$0..<$0 + 24]) }
      let expected =
        switch pooling {
        case "first": tokens[0]
        case "last": tokens[tokens.count - 1]
        default:
          (0..<24).map { column in tokens.reduce(0) { $0 + $1[column] } / Float(tokens.count) }
        }
      let distance = zip(features[index * 24..<index * 24 + 24], expected).map { abs($0 - $1) }
        .max()
      #expect(distance ?? 1 < 1e-5)
    }
  }

  /// The most probable token each time, as whole passes find it; the same after a cut.
  @Test func generate() throws {
    let predictor = try llama()
    let decoder = try predictor.decoder(to: "test")
    var ids = predictor.tokenizer.encode("the cat")
    let start = ids.count
    while ids.count < start + 8 {
      let pass = ForwardPass(isTraining: false, images: 1, generator: RandomGenerator(seed: 0))
      let rows = decoder.hidden(TokenBatch([ids]), adapters: .none, pass: pass)
      let last = rows.reshaped([ids.count, -1]).gathered([ids.count - 1])
      let logits = decoder.logits(last).values
      let best = logits.indices.max { (logits[$0], $1) < (logits[$1], $0) } ?? 0
      if predictor.tokenizer.special.ends.contains(best) { break }
      ids.append(best)
    }
    let expected = predictor.tokenizer.decode(Array(ids[start...]))
    let quiet = try petl([
      "generate", "--weights", "llama", "--prompt", "the cat", "--max-tokens", "8", "--raw",
      "--quiet",
    ])
    #expect(quiet.code == 0, "\(quiet.complaints)")
    #expect(quiet.output == expected + "\n")
    let told = try petl([
      "generate", "--weights", "llama", "--prompt", "the cat", "--max-tokens", "8",
    ])
    #expect(told.output == "the cat" + expected + "\n")
    let object = try petl([
      "generate", "--weights", "llama", "--prompt", "the cat", "--max-tokens", "8", "--json",
    ]).json()
    #expect(object["prompt"] as? String == "the cat")
    #expect(object["text"] as? String == expected)
    #expect(object["tokens"] as? Int == ids.count - start, "\(object)")
    #expect(object["end"] is String)
  }

  /// Seeds repeat, and several prompts give a line each.
  @Test func generateOfAFile() throws {
    try folder.write("{\"prompt\": \"the\"}\n{\"prompt\": \"a cat\"}\n", to: "p.jsonl")
    func lines(_ seed: Int) throws -> String {
      let outcome = try petl([
        "generate", "--weights", "llama", "--prompts", "p.jsonl", "--temperature", "1", "--top-k",
        "20", "--seed", "\(seed)", "--max-tokens", "12", "--output", "o.jsonl", "--quiet",
      ])
      #expect(outcome.code == 0, "\(outcome.complaints)")
      return try folder.text("o.jsonl")
    }
    let first = try lines(1)
    #expect(first.split(separator: "\n").count == 2)
    #expect(try lines(1) == first)
    #expect(try lines(2) != first)
    let line = try JSONValue(parsing: Array(first.split(separator: "\n")[1].utf8), name: "line")
    #expect(line["prompt"]?.text == "a cat")
  }
}
