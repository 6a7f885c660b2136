import Answers
import Checkpoints
import Datasets
import Networks
import PETL
import Recipes
import Reports
import Training

extension RunReport {
  /// How many images or texts |ρ| of pairs is measured on, at most: our choice, a moment's work.
  private static let imageCount = 64

  /// Reads the folder of a run.
  ///
  /// Without its weights or images the report has no maps and spectra, and a note that says why; of a run that has not
  /// ended there are curves alone.
  ///
  /// - Parameters:
  ///   - folder: of the run.
  ///   - registry: the plugins that its recipe may name.
  ///   - overrides: changes to the recipe, such as another data path.
  /// - Throws: `DiagnosticError` when what the run left cannot be read, or what is needed is not there with the changes
  ///   either.
  init(_ folder: RunFolder, registry: PluginRegistry, overrides: [String] = []) throws {
    guard try FileKind(at: folder.file("summary.json")) != nil else {
      if let setting = overrides.first {
        throw DiagnosticError(
          "--set \(setting): \(folder.path) has not ended, and a report of it has curves alone",
          hints: ["leave it out, or let the run go on: petl resume \(folder.path)"])
      }
      try self.init(unfinished: folder, registry: registry)
      return
    }
    let summary = try folder.summary()
    let records = try folder.records()
    let recipe = try folder.recipeText()
    var (notes, facts) = (summary.notes.map(\.description), [(label: String, value: String)]())
    var (sites, measuredOn): ([Site], String?) = ([], nil)
    do {
      let recipe = try folder.recipe(registry: registry, overrides: overrides)
      let found =
        try recipe.hasClasses
        ? Self.ofImages(folder, summary, registry, overrides)
        : Self.ofOthers(folder, summary, recipe)
      facts += found.facts + Self.facts(of: recipe)
      notes += (found.notes + [folder.dataChange(recipe)].compactMap(\.self)).map(\.description)
      if found.stages.contains(where: { !$0.correlations.isEmpty }) { measuredOn = found.examples }
      sites = found.stages.flatMap { stage in
        stage.sites.map { Site($0, stage: stage) }
      }
    } catch let error as DiagnosticError {
      // What a user asks for by name is not left out.
      guard overrides.isEmpty else { throw error }
      let reason = error.diagnostics.map(\.message).joined(separator: "; ")
      notes.append("no maps and spectra: \(reason)")
    }
    var mistakes: Mistakes?
    do {
      mistakes = try Mistakes(folder)
    } catch let error as DiagnosticError {
      notes.append("no confusion matrix: \(error.sentences)")
    }
    facts += [
      (label: "seed", value: "\(summary.seed)"),
      (label: "adapter parameters", value: "\(summary.adapterParameters)"),
      (label: "head parameters", value: "\(summary.headParameters)"),
      (label: "adapter format", value: summary.adapterFormat ?? "none"),
      (label: "threads", value: "\(summary.threads)"),
    ]
    let leading = summary.stages.lazy.compactMap { ($0.test ?? $0.validation)?.leading }.first
    let seconds = summary.stages.reduce(0) { $0 + $1.trainingSeconds }
    facts.append((label: "training", value: duration(seconds)))
    self.init(
      title: summary.name, caution: summary.bestOnTest, facts: facts,
      leading: leading.map { FigureKind(name: $0.name, isShare: $0.isShare) } ?? .accuracy,
      stages: summary.stages.map(Stage.init),
      epochs: records.map(Epoch.init), sites: sites, mistakes: mistakes, measuredOn: measuredOn,
      recipe: recipe, notes: notes)
  }

  /// What a recipe tells at a glance.
  static func facts(of recipe: Recipe) -> [(label: String, value: String)] {
    let penalties = recipe.regularizers.map { section in
      "\(section.plugin.descriptor.name), λ \(section.weight)"
    }
    return [(label: "weights", value: recipe.backbone.weights)]
      + (penalties.isEmpty
        ? [] : [(label: "regularizers", value: penalties.joined(separator: "; "))])
  }

  /// What only the network of a run tells.
  private typealias Found = (
    facts: [(label: String, value: String)], stages: [StageInspection], examples: String?,
    notes: [Note]
  )

  /// Looks at a run that tells classes of images.
  private static func ofImages(
    _ folder: RunFolder, _ summary: RunSummary, _ registry: PluginRegistry, _ overrides: [String]
  ) throws -> Found {
    let network = try Predictor(run: folder.path, registry: registry, overrides: overrides)
    let dataset = try network.dataset(nil)
    let (images, split) = try images(of: dataset)
    let stages = try StageInspection.read(
      folder, stages: summary.stages.map(\.name), network: network, images: images)
    return (
      [("data", dataset.name), ("adapter", network.method ?? "none: the head alone")], stages,
      "\(images.count) images of \(dataset.name) \(split.rawValue)", network.notes
    )
  }

  /// Looks at a run of another task.
  private static func ofOthers(
    _ folder: RunFolder, _ summary: RunSummary, _ recipe: Recipe
  ) throws -> Found {
    let experiment = try makeExperiment(recipe)
    let (stages, examples) = try StageInspection.read(
      folder, stages: summary.stages.map(\.name), of: experiment, examples: imageCount)
    let adapter = recipe.adapter?.plugin.descriptor.name ?? "none: the head alone"
    return (
      [("data", experiment.dataDescription), ("adapter", adapter)], stages, examples,
      recipe.notes + folder.changes(recipe)
    )
  }

  /// Writes `report.html` into the folder of a run that ended.
  ///
  /// What was trained is whole without it: where it cannot be made, a warning says why.
  static func leave(in folder: RunFolder, registry: PluginRegistry) {
    do {
      let page = try RunReport(folder, registry: registry).html()
      try writeAtomically(Array(page.utf8), to: folder.file("report.html"))
    } catch {
      Terminal.complain(lines: "warning: report.html is not written: \(error)")
    }
  }

  /// Images of the validation split, or else of the test split.
  private static func images(of dataset: Dataset) throws -> (ImageSource, Split) {
    for split in [Split.val, .test] {
      if let all = try? dataset.images(of: split) {
        return (all.selecting(Array(0..<min(all.count, imageCount))), split)
      }
    }
    let all = try dataset.images(of: .train)
    return (all.selecting(Array(0..<min(all.count, imageCount))), .train)
  }
}

extension RunReport.Stage {
  fileprivate init(_ result: StageResult) {
    self.init(
      name: result.name, repeating: result.title.isControl ? result.title.stage : nil,
      regularizes: result.regularizes, keptEpoch: result.keptEpoch,
      epochs: result.epochs, seconds: result.trainingSeconds,
      figure: (result.validation?.leading.value, result.test?.leading.value),
      redundancy: (result.test ?? result.validation)?.redundancy)
  }
}

extension RunReport.Epoch {
  init(_ record: EpochRecord) {
    self.init(
      stage: record.stage, number: record.epoch, loss: record.taskLoss,
      validation: record.validation.map { ($0.leading.value, $0.loss) },
      redundancyBySite: record.validation?.redundancyBySite ?? record.redundancyBySite,
      regularizers: record.regularizers.mapValues {
        RunReport.Regularization(
          value: $0.value, weight: $0.weight, gradientShare: $0.gradientShare)
      }, figures: record.figures ?? [:], learningRate: record.learningRate,
      gradientNorm: record.gradientNorm)
  }
}

extension RunReport.Site {
  fileprivate init(_ figures: SiteFigures, stage: StageInspection) {
    self.init(
      name: figures.name, stage: stage.stage, norm: figures.norm, stableRank: figures.stableRank,
      effectiveRank: figures.effectiveRank, spectrum: figures.singularValues ?? [],
      correlations: stage.correlations[figures.name].map {
        .init($0.rows, count: $0.count, blockSize: $0.blockSize, mean: $0.mean)
      })
  }
}
