import Answers
import ArgumentParser
import Checkpoints
import Datasets
import Foundation
import Networks
import PETL
import Recipes

/// What is said of texts, where the weights are a language model's.
struct LanguageArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Of a language model: the most tokens that are read at once; what the network was made for when left out.",
      valueName: "tokens"))
  var length: Int?

  @Option(
    help: ArgumentHelp(
      "Of a language model: how conversations become texts: chatml, llama3 or gemma; the model's own when left out.",
      valueName: "name"))
  var template: String?

  @Option(
    help: ArgumentHelp(
      "Of a language model: fp32, mixed (matrices in bfloat16), int8 or as-stored (quantised matrices stay so in memory); "
        + "fp32, or as the adapter was trained beside, when left out.",
      valueName: WeightPrecision.names(joinedBy: "|")))
  var precision: String?

  func validate() throws {
    if let precision, WeightPrecision(rawValue: precision) == nil {
      throw ValidationError(
        "--precision is one of \(WeightPrecision.names(joinedBy: ", ")), not '\(precision)'.")
    }
    if let length, !(1...1_048_576).contains(length) {
      throw ValidationError("--length is 1 to 1048576.")
    }
  }

  /// The template that was named.
  ///
  /// - Throws: `DiagnosticError` when there is none of that name.
  func chatTemplate() throws -> ChatTemplate? { try template.map { try ChatTemplate(named: $0) } }

  /// The texts of a file for a model.
  ///
  /// - Parameters:
  ///   - path: of the file.
  ///   - plainText: what a plain text is.
  ///   - predictor: whose template of chats counts where none is named.
  /// - Returns: the texts, in order.
  /// - Throws: `DiagnosticError` with every mistake of the file.
  func texts(
    _ path: String, _ plainText: TextFile.PlainText, for predictor: LanguagePredictor
  ) throws -> [TextRecord] {
    if template != nil, !path.lowercased().hasSuffix(".jsonl") {
      throw DiagnosticError(
        "--template is of conversations, which stand in a .jsonl; \(path) is none")
    }
    let chat = predictor.chatStyle(try chatTemplate())
    let file = try TextFile(
      path, plainText: plainText, template: chat.template, system: chat.system)
    let hasConversations = file.records.contains(where: \.isFramed)
    if template != nil, !hasConversations {
      throw DiagnosticError(
        "--template is of conversations, and no text of \(path) is one ('messages')",
        hints: ["leave --template out"])
    }
    if hasConversations {
      let told = chat.system.map { ", and the model is told: \($0)" } ?? ""
      Terminal.note(
        .guess("conversations are in the template '\(chat.template?.rawValue ?? "")'\(told)"))
    }
    return file.records
  }

  /// How the matrices of a language model are kept in memory, where it was said.
  var storage: WeightPrecision? { precision.flatMap(WeightPrecision.init) }

  /// Refuses what is said of texts where the network is of images.
  ///
  /// - Throws: `DiagnosticError` that names the option.
  func refuse() throws {
    for (option, isGiven) in [
      ("--length", length != nil), ("--template", template != nil),
      ("--precision", precision != nil),
    ] where isGiven {
      throw DiagnosticError("\(option) goes with the weights of a language model")
    }
  }
}

extension PredictorArguments {
  /// The path of `--weights` where that is a language model; nil for any other network.
  var languageWeights: String? {
    weights.flatMap { LanguageWeights.recognizes($0) ? $0 : nil }
  }

  /// The language model of `--weights`, with the adapter on it.
  ///
  /// - Throws: `DiagnosticError` when an option is of images, or something cannot be read.
  func languagePredictor(
    _ weights: String, _ language: LanguageArguments, _ registry: PluginRegistry
  ) throws -> LanguagePredictor {
    for (option, isGiven) in [
      ("--image-size", imageSize != nil), ("--heads", heads != nil),
      ("--normalization", normalization != nil), ("--mean", mean != nil), ("--std", std != nil),
      ("--preprocessing", preprocessing != nil), ("--exif", exif != nil),
      ("--position-resampling", positionResampling != nil), ("--on-error", onError != nil),
      ("--verify", verify), ("--set", !overrides.isEmpty),
    ] where isGiven {
      throw DiagnosticError(
        "\(option) goes with a network of images or a run; \(weights) is a language model")
    }
    let predictor = try LanguagePredictor(
      weights: weights, adapter: adapter, storage: language.storage, registry: registry)
    for note in predictor.notes { Terminal.note(note) }
    return predictor
  }

  /// The file of texts.
  ///
  /// - Throws: `DiagnosticError` when none was named.
  func texts() throws -> String {
    guard let data else {
      throw DiagnosticError(
        "there are no texts",
        hints: ["--data FILE.txt, or FILE.jsonl with a JSON object in each line"])
    }
    return data
  }
}
