import Answers
import ArgumentParser
import Datasets
import Foundation
import Networks
import PETL
import Recipes
import Training

/// The network and the images of `predict` and `evaluate`: a run's, or those of a file of weights.
struct PredictorArguments: ParsableArguments {
  @Option(help: "A file of weights, instead of a run.", completion: .file())
  var weights: String?

  @Option(
    help: ArgumentHelp(
      "With --weights: an adapter of petl, PEFT or mlx: its folder, or that of a run.",
      valueName: "folder"), completion: .directory)
  var adapter: String?

  @Option(
    help: ArgumentHelp(
      "The images: a folder of classes or of a VTAB-1K task, a .safetensors set, a .csv file, or an "
        + "embedded set such as digits; or texts: a .jsonl, .csv, .tsv or .txt file, or a folder of them; a run's own "
        + "when left out.", valueName: "set"),
    completion: .file())
  var data: String?

  @Option(
    help: ArgumentHelp(
      "With --weights: the side of the images in pixels; that of the training, or of the weights, when left out.",
      valueName: "pixels"))
  var imageSize: Int?

  @Option(
    help: ArgumentHelp(
      "With --weights: attention heads, where nothing beside the file says them.",
      valueName: "count"))
  var heads: Int?

  @Option(
    help: ArgumentHelp(
      "With --weights: none, imagenet, inception or clip; what the weights say when left out.",
      valueName: "mode"))
  var normalization: String?

  @Option(
    help: ArgumentHelp(
      "With --weights: whether images are turned as their Exif orientation says: on, or off; on, or as "
        + "the adapter was trained, when left out.", valueName: "on|off"))
  var exif: String?

  @Option(
    help: ArgumentHelp(
      "With --weights and --std, instead of --normalization: what is subtracted from x/255.",
      valueName: "r,g,b"))
  var mean: String?

  @Option(
    help: ArgumentHelp(
      "With --weights and --mean: what the difference is divided by.", valueName: "r,g,b"))
  var std: String?

  @Option(
    help: ArgumentHelp(
      "With --weights: how images are resized: file (as the file beside the weights says), or a preset "
        + "of recipes such as timm; both sides to the network's when left out.",
      valueName: "file|preset"))
  var preprocessing: String?

  @Option(
    help: ArgumentHelp(
      "With --weights, at another image size: timm (bicubic with antialias) or transformers (without); as the adapter was trained, or as the library of the names does, when left out.",
      valueName: "timm|transformers"))
  var positionResampling: String?

  @Option(
    help: ArgumentHelp(
      "How many images at once; as in the run, or 64, when left out.", valueName: "count"))
  var batchSize: Int?

  @Option(
    help: ArgumentHelp(
      "What is done with images that cannot be decoded: fail, or skip; as in the run, on its own data.",
      valueName: "fail|skip"))
  var onError: String?

  @Flag(help: "Ask first about the probe that was stored with the adapter, and compare.")
  var verify = false

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("Change a value of a run's recipe.", valueName: "key=value"),
    completion: Completions.settings)
  var overrides: [String] = []

  func validate() throws {
    if let onError, OnImageError(rawValue: onError) == nil {
      throw ValidationError("--on-error is fail or skip, not '\(onError)'.")
    }
    if let exif, !["on", "off"].contains(exif) {
      throw ValidationError("--exif is on or off, not '\(exif)'.")
    }
    if let batchSize, !(1...65_536).contains(batchSize) {
      throw ValidationError("--batch-size is 1 to 65536.")
    }
    if let heads, !(1...1024).contains(heads) {
      throw ValidationError("--heads is 1 to 1024.")
    }
    if let imageSize, !(1...4096).contains(imageSize) {
      throw ValidationError("--image-size is 1 to 4096.")
    }
  }

  /// The network.
  ///
  /// - Parameters:
  ///   - run: the folder of a run, where one was named.
  ///   - registry: the plugins that its recipe may name.
  /// - Returns: the run's, or that of `--weights`.
  /// - Throws: `DiagnosticError` when the arguments do not go together or name nothing.
  func predictor(run: String?, _ registry: PluginRegistry) throws -> Predictor {
    if let run {
      try refuseWeights(beside: run)
      return try Predictor(run: run, registry: registry, overrides: overrides)
    }
    guard let weights else {
      throw DiagnosticError(
        "there is no network",
        hints: [
          adapter == nil
            ? "name the folder of a run, or give --weights FILE"
            : "give the --weights that the adapter was trained on"
        ])
    }
    guard overrides.isEmpty else {
      throw DiagnosticError("--set changes the recipe of a run; a file of weights has none")
    }
    return try Predictor(
      weights: weights, adapter: adapter, imageSize: imageSize, heads: heads,
      normalization: mode(), preprocessing: preprocessing.map { try PreprocessingChoice($0) },
      turnsByExif: exif.map { $0 == "on" },
      positionResampling: positionResampling.map { try .init(word: $0) }, registry: registry)
  }

  /// Refuses what goes with a file of weights only.
  ///
  /// - Throws: `DiagnosticError` that names the option.
  func refuseWeights(beside target: String) throws {
    for (option, isGiven) in [
      ("--weights", weights != nil), ("--adapter", adapter != nil),
      ("--image-size", imageSize != nil), ("--heads", heads != nil),
      ("--normalization", normalization != nil), ("--mean", mean != nil), ("--std", std != nil),
      ("--preprocessing", preprocessing != nil), ("--exif", exif != nil),
      ("--position-resampling", positionResampling != nil),
    ] where isGiven {
      throw DiagnosticError(
        "\(option) goes with a file of weights; \(target) brings its own",
        hints: ["leave one of them out, or change the recipe by --set"])
    }
  }

  /// How pixels become numbers, where that was said.
  private func mode() throws -> Normalization? {
    guard mean != nil || std != nil else { return try normalization.map { try Self.mode($0) } }
    guard normalization == nil else {
      throw DiagnosticError("--mean and --std take the place of --normalization: give one of both")
    }
    guard let mean, let std else {
      throw DiagnosticError("--mean and --std go together: one of them is missing")
    }
    return Normalization(try Self.statistics(mean, std))
  }

  private static func statistics(_ mean: String, _ std: String) throws -> ChannelStatistics {
    var problems: [Diagnostic] = []
    func numbers(_ option: String, _ text: String, _ expected: String) -> [Double] {
      let parts = text.split(separator: ",", omittingEmptySubsequences: false)
      let found = parts.compactMap { Double($0.filter { $0 != " " }) }
      let tiny = Double(Float.leastNormalMagnitude)
      let isFine =
        found.count == parts.count && found.count == 3
        && found.allSatisfy { Float($0).isFinite && (option == "--mean" || $0 >= tiny) }
      if !isFine {
        problems.append(Diagnostic("\(option) is '\(text)'", hints: ["expected \(expected)"]))
      }
      return found
    }
    let mean = numbers("--mean", mean, "three numbers, such as 0.485,0.456,0.406")
    let std = numbers("--std", std, "three numbers above 0, such as 0.229,0.224,0.225")
    guard problems.isEmpty, let found = ChannelStatistics(mean: mean, deviation: std) else {
      throw DiagnosticError(problems)
    }
    return found
  }

  private static func mode(_ name: String) throws -> Normalization {
    if let mode = Normalization(rawValue: name) { return mode }
    let names = Normalization.named.map(\.rawValue)
    let nearest = nearestName(to: name, among: names).map { ["did you mean '\($0)'?"] } ?? []
    throw DiagnosticError(
      "there is no normalization '\(name)'",
      hints: nearest + ["expected \(names.joined(separator: ", ")), or --mean and --std"])
  }

  /// Asks about the stored probe, where that is wanted, and says what came out.
  ///
  /// - Throws: `DiagnosticError` when there is no probe, or it is not reproduced.
  func verifyIfAsked(_ predictor: @autoclosure () throws -> Predictor) throws {
    guard verify else { return }
    let difference = try predictor().verify()
    Terminal.tell(
      "the stored probe is reproduced: logits differ by at most "
        + (difference == 0 ? "0" : scientific(difference)))
  }

  /// What is done with a file that cannot be decoded.
  ///
  /// - Parameters:
  ///   - predictor: of a run, perhaps.
  ///   - ownImages: whether the images are those of the run.
  /// - Returns: what is asked for, else what the recipe says of a run's own images.
  func onImageError(_ predictor: Predictor, ownImages: Bool) -> OnImageError {
    if let asked = onError.flatMap(OnImageError.init(rawValue:)) { return asked }
    guard ownImages, let data = predictor.data else { return .fail }
    return OnImageError(data.onError)
  }

  /// The split of that name.
  ///
  /// - Throws: `DiagnosticError` with the names there are.
  static func split(_ name: String, allowsBoth: Bool) throws -> Split {
    let names = ["train", "val", "test"] + (allowsBoth ? [Split.trainAndVal.rawValue] : [])
    if names.contains(name), let split = Split(rawValue: name) { return split }
    let nearest = nearestName(to: name, among: names).map { ["did you mean '\($0)'?"] } ?? []
    let list = names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
    throw DiagnosticError(
      "there is no split '\(name)'", hints: nearest + ["expected \(list)"])
  }
}
