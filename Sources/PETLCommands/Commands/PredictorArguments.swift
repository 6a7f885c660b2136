import ArgumentParser
import Datasets
import PETL
import Recipes
import Training

/// The network and the images of `predict` and `evaluate`: a run's, or those of a file of weights.
struct PredictorArguments: ParsableArguments {
  @Option(help: "A file of weights, instead of a run.", completion: .file())
  var weights: String?

  @Option(
    help: ArgumentHelp(
      "The images: a .safetensors set, a .csv file, a folder, or an embedded set such as digits; a "
        + "run's own when left out.",
      valueName: "set"), completion: .file())
  var data: String?

  @Option(
    help: ArgumentHelp(
      "With --weights: the side of the images in pixels; that of the weights when left out.",
      valueName: "pixels"))
  var imageSize: Int?

  @Option(
    help: ArgumentHelp(
      "With --weights: none, imagenet, inception or clip; what the weights say when left out.",
      valueName: "mode"))
  var normalization: String?

  @Option(
    help: ArgumentHelp(
      "How many images at once; as in the run, or 64, when left out.", valueName: "count"))
  var batchSize: Int?

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("Change a value of a run's recipe.", valueName: "key=value"))
  var overrides: [String] = []

  func validate() throws {
    if let batchSize, !(1...65_536).contains(batchSize) {
      throw ValidationError("--batch-size is 1 to 65536.")
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
        "there is no network", hints: ["name the folder of a run, or give --weights FILE"])
    }
    guard overrides.isEmpty else {
      throw DiagnosticError("--set changes the recipe of a run; a file of weights has none")
    }
    let mode = try normalization.map { try Self.mode($0) }
    return try Predictor(weights: weights, imageSize: imageSize, normalization: mode)
  }

  /// Refuses what goes with a file of weights only.
  ///
  /// - Throws: `DiagnosticError` that names the option.
  func refuseWeights(beside target: String) throws {
    for (option, isGiven) in [
      ("--weights", weights != nil), ("--image-size", imageSize != nil),
      ("--normalization", normalization != nil),
    ] where isGiven {
      throw DiagnosticError(
        "\(option) goes with a file of weights; \(target) brings its own",
        hints: ["leave one of them out, or change the recipe by --set"])
    }
  }

  private static func mode(_ name: String) throws -> Normalization {
    if let mode = Normalization(rawValue: name) { return mode }
    let names = Normalization.allCases.map(\.rawValue)
    let nearest = nearestName(to: name, among: names).map { ["did you mean '\($0)'?"] } ?? []
    throw DiagnosticError(
      "there is no normalization '\(name)'",
      hints: nearest + ["expected \(names.joined(separator: ", "))"])
  }

  /// The data set: the one that was named, or the one that the run was trained on.
  ///
  /// - Throws: `DiagnosticError` when neither is there.
  func dataset(for predictor: Predictor) throws -> Dataset {
    guard let recipe = try data.map({ try DataRecipe(reference: $0) }) ?? predictor.data else {
      throw DiagnosticError(
        "there are no images", hints: ["give --data: a .safetensors set, a folder, an embedded set"]
      )
    }
    return try recipe.opened()
  }

  /// The images to ask about: a split of the data set, or those that have no classes at all.
  ///
  /// - Throws: `DiagnosticError` when there are none.
  func images(for predictor: Predictor, _ split: Split) throws -> AskedImages {
    if let data, let images = try AskedImages(unlabelled: data) { return images }
    return try AskedImages(try dataset(for: predictor), split)
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
