import Networks
import PETL
import Recipes
import Reports
import Training

extension RunReport {
  /// Reads the folder of a run that goes on, or was cut off: its curves so far.
  ///
  /// - Parameters:
  ///   - folder: of the run.
  ///   - registry: the plugins that its recipe may name.
  /// - Throws: `DiagnosticError` when nothing was logged yet, or what was cannot be read.
  init(unfinished folder: RunFolder, registry: PluginRegistry) throws {
    let text = try folder.recipeText()
    let records = try folder.records(isWhole: false)
    guard let last = records.last else {
      if let maker = folder.maker {
        throw DiagnosticError("\(folder.path): \(maker)", hints: [RunFolder.measured])
      }
      throw DiagnosticError(
        "\(folder.path): the run has not ended, and nothing was logged yet",
        hints: [
          "there is a line after each epoch",
          "a run that was cut off goes on with: petl resume \(folder.path)",
        ])
    }
    let recipe = try? folder.recipe(registry: registry)
    var titles: [StageTitle] = []
    for record in records where !titles.contains(StageTitle(record.stage)) {
      titles.append(StageTitle(record.stage))
    }
    let stages = titles.map { title in
      let own = records.filter { $0.stage == title.description }
      let planned = recipe?.stages.first { $0.name == title.stage }?.epochs
      let validation = own.last?.validation
      return Stage(
        name: title.description, repeating: title.isControl ? title.stage : nil,
        regularizes: own.contains { !$0.regularizers.isEmpty }, keptEpoch: own.count,
        epochs: max(own.count, planned ?? 0), seconds: nil,
        figure: (validation?.leading.value, nil), redundancy: validation?.redundancy)
    }
    let leading = last.validation?.leading
    let facts =
      recipe.map { recipe in
        [
          (
            label: "adapter",
            value: recipe.adapter?.plugin.descriptor.name ?? "none: the head alone"
          ),
          (label: "seed", value: "\(recipe.seed)"),
        ] + Self.facts(of: recipe)
      } ?? []
    let planned = stages.last.map { " of \($0.epochs)" } ?? ""
    self.init(
      title: "\(recipe?.name ?? "run"), not ended",
      facts: facts,
      leading: leading.map { FigureKind(name: $0.name, isShare: $0.isShare) } ?? .accuracy,
      stages: stages, epochs: records.map(Epoch.init), sites: [], measuredOn: nil, recipe: text,
      notes: [
        "this run has not ended: it is after epoch \(last.epoch)\(planned) of stage \(last.stage)",
        "maps, spectra and what the test split says come when it has ended",
      ])
  }
}
