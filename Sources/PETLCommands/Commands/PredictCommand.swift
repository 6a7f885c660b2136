import ArgumentParser
import Backbones
import Checkpoints
import Datasets
import Foundation
import PETL
import Recipes
import Training

/// `petl predict`.
struct PredictCommand: RegistryCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Write logits, features and the most probable classes of images.",
    discussion: """
      Asks the network of a run, or of a file of weights, about images, and writes its answers in the \
      order of the images:

        .safetensors  logits [N, classes] and features [N, width]
        .csv, .json   the most probable classes of each image

      Without --output a table of the first images is printed. --data also takes an image, or a folder \
      of images without classes.

      Examples:
        petl predict runs/quickstart
        petl predict runs/quickstart --data digits --split val --output answers.csv
        petl predict runs/quickstart --data photographs --output answers.csv
        petl predict --weights vit.safetensors --data set.safetensors --output out.safetensors
      """)

  @Argument(help: "The folder of a run.", completion: .directory)
  var run: String?

  @OptionGroup var network: PredictorArguments

  @Option(help: "The split: train, val, test or train+val.")
  var split = "test"

  @Option(help: "The file to write.", completion: .file())
  var output: String?

  @Option(help: "safetensors, csv or json; what the name of --output says when left out.")
  var format: String?

  @Option(help: ArgumentHelp("How many classes of each image.", valueName: "count"))
  var top = 5

  @Flag(help: "Print the answers as one JSON object.")
  var json = false

  /// How many images the table shows.
  private static let shown = 20

  func validate() throws {
    if top < 1 { throw ValidationError("--top is at least 1.") }
  }

  func run(with registry: PluginRegistry) throws {
    let split = try PredictorArguments.split(split, allowsBoth: true)
    let format = try chosenFormat()
    if let output { try checkWritable(output) }
    let predictor = try network.predictor(run: run, registry)
    let images = try network.images(for: predictor, split)
    if predictor.head == nil, format != .safetensors {
      throw DiagnosticError(
        "\(predictor.name) has no head, so that it classifies nothing",
        hints: ["--output F.safetensors writes its features"])
    }
    for note in predictor.notes { Terminal.complain("note: \(note)") }
    let predictions = try RunFailure.marking {
      let found = try predictor.predictions(
        of: images.source, batchSize: network.batchSize ?? predictor.batchSize)
      let numbers = found.features + (found.logits ?? [])
      if let wrong = numbers.first(where: { !$0.isFinite }) {
        Terminal.complain("warning: not all answers are finite; one is \(wrong)")
      }
      return found
    }
    let report = PredictionReport(
      predictions, classes: (0..<(predictor.classCount ?? 0)).map(predictor.className),
      labels: images.labels, files: images.files, top: top,
      metadata: metadata(predictor, images))
    if let output, let format {
      try RunFailure.marking { try writeAtomically(report.bytes(format), to: output) }
    }
    if json {
      FileHandle.standardOutput.write(Data(try report.bytes(.json)))
    } else if let output {
      let words = [images.name, images.split?.rawValue].compactMap { $0 }.joined(separator: " ")
      print("\(predictions.count) images of \(words) are in \(output)")
    } else {
      printTable(report)
    }
  }

  private func chosenFormat() throws -> PredictionReport.Format? {
    guard let output else {
      if format != nil {
        throw DiagnosticError(
          "--format says how a file is written, but there is none",
          hints: ["give --output, or --json to print the answers"])
      }
      return nil
    }
    let given = format ?? URL(fileURLWithPath: output).pathExtension.lowercased()
    if let known = PredictionReport.Format(rawValue: given) { return known }
    let names = PredictionReport.Format.allCases.map(\.rawValue)
    let nearest = nearestName(to: given, among: names).map { ["did you mean '\($0)'?"] } ?? []
    throw DiagnosticError(
      format == nil
        ? "\(output): the name does not say which format is meant"
        : "there is no format '\(given)'",
      hints: nearest + ["expected \(names.joined(separator: ", ")), by the name or by --format"])
  }

  private func metadata(_ predictor: Predictor, _ images: AskedImages) -> [String: String] {
    let preprocessing = predictor.preprocessing
    var metadata = [
      "model": predictor.name, "data": images.name,
      "image_size": "\(predictor.backbone.imageSize)", "resize": preprocessing.resize.rawValue,
      "crop": "\(preprocessing.crop)", "interpolation": preprocessing.interpolation.rawValue,
      "normalization": preprocessing.normalization.rawValue, "petl": PETLTool.version,
    ]
    metadata["split"] = images.split?.rawValue
    return metadata
  }

  private func printTable(_ report: PredictionReport) {
    let count = min(Self.shown, report.predictions.count)
    let ranks = min(top, report.classes.count)
    let rows = (0..<count).map { index in
      [report.files?[index] ?? "\(index)", report.labels?[index] ?? "–"]
        + report.predictions.top(ranks, of: index).map {
          "\(report.classes[$0.label]) \(percent($0.probability))"
        }
    }
    print(Terminal.table(["image", "label"] + (1...ranks).map { "top \($0)" }, rows))
    if count < report.predictions.count {
      print(
        "\nthe first \(count) of \(report.predictions.count) images; --output writes all of them")
    }
  }
}
