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

/// What does not fit a language model, and what would be lost.
extension LanguageCommandTests {
  /// Tokens and types that the tokenizer puts around texts are those of the network.
  @Test func aTokenizerOfAnotherNetwork() throws {
    let file = "bert/tokenizer.json"
    let text = try folder.text(file)
    #expect(text.contains(#"["<\/s>",2]"#))
    try folder.write(text.replacing(#"["<\/s>",2]"#, with: #"["<\/s>",50]"#), to: file)
    let outcome = try petl([
      "predict", "--weights", "bert", "--data", "a.txt", "--output", "o.safetensors",
    ])
    #expect(outcome.code == 2)
    #expect(outcome.complaints.contains("the tokenizer has 51 tokens"), "\(outcome.complaints)")
  }

  /// A pair is no text to be predicted.
  @Test func pairsAreOfVectors() throws {
    try folder.write(#"{"text": "the", "text_pair": "cat"}"# + "\n", to: "p.jsonl")
    for words in [["evaluate", "--data", "p.jsonl"], ["generate", "--prompts", "p.jsonl"]] {
      let outcome = try petl([words[0], "--weights", "llama"] + words.dropFirst())
      #expect(outcome.code == 2)
      #expect(
        outcome.complaints.contains("p.jsonl:1: there is a `text_pair`"), "\(outcome.complaints)")
    }
    let vectors = try petl([
      "predict", "--weights", "bert", "--data", "p.jsonl", "--output", "o.safetensors",
    ])
    #expect(vectors.code == 0, "\(vectors.complaints)")
  }

  /// A network with a vector for each position ends where these do, and another is warned of.
  @Test func beyondTheContext() throws {
    try folder.writeLanguageModel("gpt2", to: "gpt2")
    let words = ["generate", "--prompt", "the cat", "--raw", "--max-tokens", "80", "--weights"]
    let ends = try petl(words + ["gpt2", "--seed", "1", "--temperature", "4"])
    #expect(ends.code == 0)
    #expect(
      ends.complaints.contains("the text ends because the network has positions for 20 tokens"),
      "\(ends)")
    let long = try petl(words + ["llama", "--seed", "1", "--temperature", "4"])
    #expect(long.complaints.contains("and the network was made for 64"), "\(long)")
    let text = ["evaluate", "--data", "a.txt", "--length", "100", "--weights"]
    let warned = try petl(text + ["llama"])
    #expect(warned.code == 0 && warned.complaints.contains("up to 100 tokens are read at once"))
    let refused = try petl(text + ["gpt2"])
    #expect(refused.code == 2 && refused.complaints.contains("has positions for 20 tokens"))
    #expect(!refused.complaints.contains("warning"), "\(refused.complaints)")
  }

  /// Weights that are there are not written over.
  @Test func filesStay() throws {
    let words = ["convert", "llama", "--to", "gguf", "--output", "l.gguf"]
    #expect(try petl(words).code == 0)
    let before = try Data(contentsOf: URL(filePath: folder.file("l.gguf")))
    let again = try petl(words + ["--dtype", "f32"])
    #expect(again.code == 2 && again.complaints.contains("there is such a file already"))
    #expect(try Data(contentsOf: URL(filePath: folder.file("l.gguf"))) == before)
    let merged = try petl([
      "merge", fixture("language-adapters/llama-lora"), "--weights", "llama", "--output", "l.gguf",
    ])
    #expect(merged.code == 2 && merged.complaints.contains("there is such a file already"))
  }

  @Test func inspectSaysWhatItIs() throws {
    let outcome = try petl(["inspect", "llama"])
    #expect(outcome.output.contains("Llama, width 24, 2 layers"), "\(outcome)")
  }

  @Test(arguments: [
    (
      ["evaluate", "--weights", "llama", "--data", "a.txt", "--template", "chatml"], "conversations"
    ),
    (["evaluate", "--weights", "bert", "--data", "a.txt"], "predicts the next token"),
    (["evaluate", "--weights", "llama"], "--data FILE.txt"),
    (
      ["evaluate", "--weights", "llama", "--data", "a.txt", "--per-class"],
      "--per-class goes with classes"
    ),
    (["evaluate", "--weights", "llama", "--data", "a.txt", "--image-size", "8"], "--image-size"),
    (["evaluate", "--weights", "llama", "--data", "a.csv"], "does not say what kind"),
    (["evaluate", "--weights", "llama", "--data", "a.txt", "--length", "1"], "at least 2"),
    (
      ["evaluate", "--weights", "embedded:vit-micro", "--data", "digits", "--length", "9"],
      "--length goes with"
    ),
    (["predict", "--weights", "bert", "--data", "a.txt"], "--output F.safetensors"),
    (
      [
        "predict", "--weights", "bert", "--data", "a.txt", "--output", "o.safetensors", "--pooling",
        "maen",
      ],
      "did you mean 'mean'?"
    ),
    (["generate", "--weights", "bert", "--prompt", "a"], "predicts the next token"),
    (["generate", "--weights", "llama", "--prompt", ""], "the prompt has no token"),
    (
      ["evaluate", "--weights", "llama", "--data", "q.jsonl", "--template", "chatml"],
      "no text of q.jsonl is one"
    ),
    (
      ["evaluate", "--weights", "llama", "--data", "q.jsonl", "--generate"],
      "q.jsonl:2: the prompt has no token"
    ),
    (["generate", "--weights", "llama", "--prompts", "q.jsonl"], "q.jsonl:2: the prompt has no"),
    (["convert", "llama", "--to", "hf", "--output", "o"], "is written as gguf, and not as 'hf'"),
    (["merge", "nowhere", "--output", "o"], "there is no adapter at 'nowhere'"),
    (["merge", "llama", "--weights", "nowhere", "--output", "o"], "there are no weights at 'nowh"),
    (["generate", "--weights", "nowhere", "--prompt", "a"], "nowhere"),
    (
      ["generate", "--weights", "llama", "--prompt", "a", "--template", "zephyr"],
      "chatml, llama3, gemma"
    ),
    (["generate", "--weights", "llama", "--prompt", "a", "--top-k", "3"], "--temperature"),
    (["generate", "--weights", "llama"], "One of --prompt and --prompts"),
  ]) func mistakes(arguments: [String], words: String) throws {
    let outcome = try petl(arguments)
    #expect(outcome.code == 2)
    #expect(outcome.complaints.contains(words), "\(outcome.complaints)")
  }
}
