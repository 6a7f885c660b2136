import Answers
import ArgumentParser
import Backbones
import Checkpoints
import Datasets
import Foundation
import Networks
import PETL
import Recipes
import Training

/// `petl predict`.
struct PredictCommand: PluginCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Write logits, features and the most probable classes of images.",
    discussion: """
      Asks the network of a run, or of a file of weights, about images, and writes its answers in the \
      order of the images:

        .safetensors  logits [N, classes] and features [N, width]
        .csv, .json   the most probable classes of each image

      Without --output a table of the first images is printed. A run brings its weights, adapter, \
      head and preprocessing; images are a split of --data, of the run's own data, or named. Weights of \
      a language model give a vector for each line of --data, the mean of its tokens or by --pooling. A run that \
      tells texts apart answers to those of --data (.jsonl, .csv, .tsv, .txt), or to a split of its own.

      Examples:
        petl predict runs/quickstart
        petl predict runs/flowers rose.jpg photographs/
        petl predict runs/quickstart --split val --top 3 --output answers.csv
        petl predict --weights w.safetensors --data digits --output o.safetensors
        petl predict --weights w.safetensors --adapter lora --data digits --json
        petl predict --weights MiniLM --data lines.txt --output f.safetensors
        petl predict runs/questions --data new.jsonl --output answers.csv
      """)

  @Argument(
    help: ArgumentHelp(
      "The folder of a run (without --weights), then images: JPEG and PNG files, and folders of them.",
      valueName: "run-and-images"), completion: .file())
  var paths: [String] = []

  @OptionGroup var network: PredictorArguments

  @OptionGroup var language: LanguageArguments

  @Option(
    help: ArgumentHelp(
      "Of a language model: what a text's vector is made of: the mean of its tokens, the first or the last.",
      valueName: "mean|first|last"))
  var pooling: String?

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

  @OptionGroup(title: "Plugin files") var plugins: PluginArguments

  var pluginPlaces: [String] {
    [paths.first.flatMap { Self.isRun($0) ? $0 : nil }, network.adapter].compactMap(\.self)
  }

  func validate() throws {
    if top < 1 { throw ValidationError("--top is at least 1.") }
  }

  func run(with registry: PluginRegistry) throws {
    if let weights = network.languageWeights { return try predictTexts(weights, registry) }
    if let run = try textRun(registry) { return try predictTexts(run.folder, run.recipe) }
    try language.refuse()
    if pooling != nil {
      throw DiagnosticError("--pooling goes with the weights of a language model")
    }
    let split = try PredictorArguments.split(split, allowsBoth: true)
    let format = try chosenFormat()
    if let output {
      try checkTable(
        output,
        apartFrom: inputs(of: paths.first, registry) + paths + [network.weights, network.data])
    }
    let run = paths.first.flatMap { network.weights == nil || Self.isRun($0) ? $0 : nil }
    let files = run == nil ? paths : Array(paths.dropFirst())
    if !files.isEmpty, network.data != nil {
      throw DiagnosticError(
        "there are images by their paths, and --data", hints: ["leave one of them out"])
    }
    let named = try files.isEmpty ? nil : ImageSource.at(files)
    let predictor = try network.predictor(run: run, registry)
    let images =
      try named.map { Images($0, "the named files") } ?? Images(split, network, predictor)
    if predictor.head == nil, format != .safetensors {
      throw DiagnosticError(
        "\(predictor.name) has no head, so that it classifies nothing",
        hints: ["--output F.safetensors writes its features"])
    }
    let (labelNames, remarks) = names(of: images, predictor)
    for note in predictor.notes + remarks { Terminal.note(note) }
    if let run, named == nil, network.data == nil {
      try noteOfData(run, registry)
    }
    try network.verifyIfAsked(predictor)
    let predictions = try ImageReport.during {
      try predictor.predictions(
        of: images.source, batchSize: network.batchSize ?? predictor.batchSize,
        onError: network.onImageError(predictor, ownImages: files.isEmpty && network.data == nil))
    }
    for note in predictions.notes { Terminal.note(note) }
    let numbers = predictions.features + (predictions.logits ?? [])
    if let wrong = numbers.first(where: { !$0.isFinite }) {
      Terminal.complain("warning: not all answers are finite; one is \(wrong)")
    }
    let report = PredictionReport(
      predictions, classes: (0..<(predictor.classCount ?? 0)).map(predictor.className),
      labels: labelNames.map { names in predictions.labels.map(names) }, top: top,
      metadata: metadata(predictor, images.name))
    if let output, let format {
      try RunFailure.marking { try writeAtomically(report.bytes(format), to: output) }
    }
    if json {
      Terminal.say(json: Data(try report.bytes(.json)))
    } else if let output {
      Terminal.say("\(predictions.count) images of \(images.name) are in \(output)")
    } else {
      printTable(report)
    }
  }

  private static func isRun(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path + "/recipe.yaml")
  }

  /// The images that are asked about.
  private struct Images {
    let source: ImageSource
    /// What they are, for messages and metadata.
    let name: String
    /// The data set, where their labels are known.
    let dataset: Dataset?

    /// Images by their paths.
    init(_ source: ImageSource, _ name: String, of dataset: Dataset? = nil) {
      self.source = source
      self.name = name
      self.dataset = dataset
    }

    /// A split of a data set, or images without classes.
    init(_ split: Split, _ network: PredictorArguments, _ predictor: Predictor) throws {
      if let data = network.data, let source = try ImageSource.unlabelled(data) {
        self.init(source, data)
        return
      }
      let dataset = try predictor.dataset(network.data)
      self.init(
        try dataset.images(of: split), "\(dataset.name) \(split.rawValue)",
        of: dataset)
    }
  }

  /// The name of an image's true class by its label, in the words of the head where its classes are
  /// matched with those of the images, and what the user should know of them.
  private func names(
    of images: Images, _ predictor: Predictor
  ) -> (name: ((Int) -> String)?, remarks: [Note]) {
    guard let dataset = images.dataset else { return (nil, []) }
    guard predictor.head != nil else { return ({ dataset.classes[$0] }, dataset.notes) }
    do {
      let match = try predictor.classMatch(with: dataset)
      return ({ match.names[match.index(of: $0)] }, match.notes + dataset.notes)
    } catch {
      // Any images can be asked about; their labels are then those of the data set.
      let reasons = (error as? DiagnosticError)?.diagnostics.map(\.message) ?? ["\(error)"]
      return ({ dataset.classes[$0] }, reasons.map { Note($0) } + dataset.notes)
    }
  }

  func chosenFormat() throws -> PredictionReport.Format? {
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

  /// Says that a run's own images changed since it was trained.
  private func noteOfData(_ run: String, _ registry: PluginRegistry) throws {
    let folder = try RunFolder(existing: run)
    let recipe = try folder.recipe(registry: registry, overrides: network.overrides)
    if let note = folder.dataChange(recipe) { Terminal.note(note) }
  }

  private func metadata(_ predictor: Predictor, _ images: String) -> [String: String] {
    let preprocessing = predictor.preprocessing
    return [
      "model": predictor.name, "data": images, "image_size": "\(predictor.backbone.imageSize)",
      "resize": preprocessing.resize.rawValue, "crop": "\(preprocessing.crop)",
      "interpolation": preprocessing.interpolation.rawValue,
      "normalization": preprocessing.normalization.rawValue, "petl": programVersion,
    ]
  }

  func printTable(_ report: PredictionReport, of what: String = "image") {
    let count = min(Self.shown, report.predictions.count)
    let ranks = min(top, report.classes.count)
    let rows = (0..<count).map { index in
      [report.predictions.names?[index] ?? "\(index)", report.labels?[index] ?? "–"]
        + report.predictions.top(ranks, of: index).map {
          "\(report.classes[$0.label]) \(percent($0.probability))"
        }
    }
    Terminal.say(Terminal.table([what, "label"] + (1...ranks).map { "top \($0)" }, rows))
    if count < report.predictions.count {
      Terminal.say(
        "\nthe first \(count) of \(report.predictions.count) \(what)s; --output writes all of them")
    }
  }
}
