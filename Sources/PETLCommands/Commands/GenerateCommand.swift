import Answers
import ArgumentParser
import Checkpoints
import Datasets
import Foundation
import PETL
import Recipes
import Training

/// `petl generate`.
struct GenerateCommand: PluginCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Let a language model write on after a prompt.",
    discussion: """
      Prints the prompt and what the model writes after it, as it comes; with --quiet what it writes and \
      nothing else. A model with a template of chats gets the prompt as the user's turn; --raw goes on with it \
      as it is. Of a file of prompts a JSON line each is printed, or written to --output.

      Examples:
        petl generate --weights SmolLM2 --prompt "The capital of France" --raw
        petl generate --weights m.gguf --prompt "Why is the sky blue?" --quiet
        petl generate --weights m.gguf --prompts p.jsonl --temperature 0.7
      """)

  @Option(
    help: "A language model: a .gguf file, or a folder of Hugging Face's.", completion: .file())
  var weights: String

  @Option(
    help: ArgumentHelp(
      "An adapter of petl, PEFT or mlx: its folder, or that of a run.", valueName: "folder"),
    completion: .directory)
  var adapter: String?

  @Option(help: "What it goes on after, or a question.")
  var prompt: String?

  @Option(
    help: ArgumentHelp(
      "Prompts instead: a .txt with one a line, or a .jsonl with \"prompt\", \"text\" or \"messages\".",
      valueName: "file"), completion: .file())
  var prompts: String?

  @Option(help: ArgumentHelp("How many tokens are written at most.", valueName: "count"))
  var maxTokens = 128

  @Option(
    help: ArgumentHelp(
      "What logits are divided by; 0 for always the most probable token.", valueName: "number"))
  var temperature = 0.0

  @Option(help: ArgumentHelp("How many of the most probable tokens may come.", valueName: "count"))
  var topK: Int?

  @Option(
    help: ArgumentHelp(
      "The probability that the tokens that may come have together.", valueName: "number"))
  var topP: Double?

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp("A text that it ends before; may be given several times.", valueName: "text")
  )
  var stop: [String] = []

  @Option(help: ArgumentHelp("Of the random numbers; 0 when left out.", valueName: "number"))
  var seed: UInt64?

  @Flag(help: "Take the prompt as it is, without the model's template of chats.")
  var raw = false

  @Option(
    help: ArgumentHelp(
      "The template by which the prompt is the user's turn: chatml, llama3 or gemma; the model's own when left out.",
      valueName: "name"))
  var template: String?

  @Option(
    help: ArgumentHelp(
      "How matrices are kept: fp32, mixed (in bfloat16), int8 or as-stored (quantised ones stay so); fp32, or as the adapter was trained beside, when left out.",
      valueName: WeightPrecision.names(joinedBy: "|")))
  var precision: String?

  @Option(help: "A file for the JSON lines of --prompts.", completion: .file())
  var output: String?

  @Flag(help: "With --output: print how much the answers differ, one JSON object.")
  var diversity = false

  @Flag(
    help:
      "Print one JSON object when it has ended: the prompt, what the model wrote, its tokens and why it ended."
  )
  var json = false

  @Flag(help: "Print what the model writes and nothing else.")
  var quiet = false

  @OptionGroup(title: "Plugin files") var plugins: PluginArguments

  var pluginPlaces: [String] { [adapter].compactMap(\.self) }

  func validate() throws {
    if (prompt == nil) == (prompts == nil) {
      throw ValidationError(
        prompt == nil
          ? "One of --prompt and --prompts is needed."
          : "--prompt and --prompts were both given: one of them is needed.")
    }
    if let precision, WeightPrecision(rawValue: precision) == nil {
      throw ValidationError(
        "--precision is one of \(WeightPrecision.names(joinedBy: ", ")), not '\(precision)'.")
    }
    if !(1...1_048_576).contains(maxTokens) {
      throw ValidationError("--max-tokens is 1 to 1048576.")
    }
    if !(temperature.isFinite && temperature >= 0) {
      throw ValidationError("--temperature is a number from 0 on.")
    }
    if let topK, topK < 1 { throw ValidationError("--top-k is at least 1.") }
    if let topP, !(topP > 0 && topP <= 1) {
      throw ValidationError("--top-p is above 0 and at most 1.")
    }
    if temperature == 0, topK != nil || topP != nil {
      throw ValidationError(
        "--top-k and --top-p choose among several tokens: give a --temperature above 0.")
    }
    if temperature == 0, seed != nil {
      throw ValidationError(
        "--seed is of random numbers, and there are none: give a --temperature above 0.")
    }
    if raw, template != nil { throw ValidationError("--raw and --template contradict each other.") }
    if output != nil, prompts == nil { throw ValidationError("--output goes with --prompts.") }
    if json, prompts != nil {
      throw ValidationError("--json goes with --prompt: of --prompts a JSON line each is printed.")
    }
    if diversity, output == nil {
      throw ValidationError("--diversity goes with --prompts and --output.")
    }
  }

  func run(with registry: PluginRegistry) throws {
    if let output { try checkTable(output, apartFrom: [prompts, weights]) }
    let template = try template.map { try ChatTemplate(named: $0) }
    let predictor = try LanguagePredictor(
      weights: weights, adapter: adapter, storage: precision.flatMap(WeightPrecision.init),
      registry: registry)
    _ = try predictor.decoder(to: "write a text")
    if !quiet { for note in predictor.notes { Terminal.note(note) } }
    guard let prompts else { return try writeOn(predictor, template) }
    let chat = predictor.chatStyle(template)
    let file = try TextFile(
      prompts, plainText: .lines, template: chat.template, system: chat.system, asksForAnswer: true)
    var (lines, texts) = ([String](), [String]())
    var written: [(length: Int, isOutOfPositions: Bool)] = []
    for (index, record) in file.records.enumerated() {
      let prompt = try predictor.prompt(of: record, template: chat.template, isRaw: raw)
      if let objection = predictor.objection(to: prompt.ids) {
        throw DiagnosticError("\(record.place): \(objection)")
      }
      let answer = try predictor.generate(
        request(prompt), generator: RandomGenerator(seed: seed ?? 0).split("prompt \(index)"))
      let line = try JSONEncoder.figures([.sortedKeys, .withoutEscapingSlashes]).encode(
        Line(prompt: record.text, text: answer.text, tokens: answer.tokens.count, end: answer.end))
      lines.append(String(decoding: line, as: UTF8.self))
      texts.append(answer.text)
      written.append((answer.length, answer.isOutOfPositions))
      if output == nil { Terminal.say(lines[index]) }
    }
    if !quiet { for note in predictor.notes(on: written) { Terminal.note(note) } }
    guard let output else { return }
    try RunFailure.marking {
      try writeAtomically(Array((lines.joined(separator: "\n") + "\n").utf8), to: output)
    }
    if diversity { return try Terminal.printJSON(TextDiversity(texts)) }
    if !quiet { Terminal.say("\(lines.count) answers are in \(output)") }
  }

  /// One line of the answers to a file of prompts.
  private struct Line: Encodable {
    let prompt: String
    let text: String
    let tokens: Int
    let end: TextGeneration.End
  }

  private func request(_ prompt: LanguagePredictor.Prompt) -> TextGeneration.Request {
    var request = TextGeneration.Request(prompt: prompt.ids, maxTokens: maxTokens)
    request.sampling.temperature = temperature
    (request.sampling.topK, request.sampling.topP) = (topK, topP)
    (request.stops, request.ends) = (stop, prompt.ends)
    return request
  }

  /// Goes on after one prompt, and shows the text as it comes.
  private func writeOn(_ predictor: LanguagePredictor, _ template: ChatTemplate?) throws {
    let text = prompt ?? ""
    let prompt = try predictor.prompt(text, template: template, isRaw: raw)
    if !quiet {
      if let note = prompt.note { Terminal.note(note) }
      if !json { Terminal.say(prompt.note == nil ? text : text + "\n", terminator: "") }
    }
    let written = try predictor.generate(
      request(prompt), generator: RandomGenerator(seed: seed ?? 0).split("prompt 0")
    ) { if !json { Terminal.say($0, terminator: "") } }
    if json {
      try Terminal.printJSON(
        Line(prompt: text, text: written.text, tokens: written.tokens.count, end: written.end))
    } else {
      Terminal.say("\n", terminator: "")
    }
    guard !quiet else { return }
    for note in predictor.notes(on: [(written.length, written.isOutOfPositions)]) {
      Terminal.note(note)
    }
  }
}
