import Optimization
import PETL

extension Recipe {
  /// Makes a recipe in code, with the defaults of a recipe file.
  ///
  /// It is written down and read by the code that reads files, so that ranges, contradictions and the
  /// stored recipe are the same for both, and a mistake is shown in the text that was written. The
  /// same settings and seed train the same parameters, bit for bit.
  ///
  /// ```swift
  /// let recipe = try Recipe(
  ///   backbone: BackboneRecipe(weights: "embedded:vit-micro"), data: .embedded("digits")
  /// ) {
  ///   $0.adapter = AdapterRecipe(
  ///     LoRA.self, options: LoRAOptions { $0.rank = 8 }, sites: [.query, .value])
  ///   $0.regularizers = [
  ///     RegularizerRecipe(ReSoRA.self, options: ReSoRAOptions(), weight: .constant(0.1))
  ///   ]
  ///   $0.stages = [StageRecipe { $0.epochs = 10 }]
  /// }
  /// let summary = try Experiment(recipe).train()
  /// ```
  ///
  /// - Parameters:
  ///   - backbone: the frozen network.
  ///   - data: the images.
  ///   - change: sets everything else that is not to have its default; without stages there is one of
  ///     100 epochs that regularizes.
  /// - Throws: `DiagnosticError` with every mistake.
  public init(
    backbone: BackboneRecipe, data: DataRecipe, _ change: (inout Recipe) -> Void = { _ in }
  ) throws {
    var made = Recipe()
    (made.backbone, made.data) = (backbone, data)
    change(&made)
    let lost =
      [made.adapter?.options.lost] + made.regularizers.map(\.options.lost)
      + [made.loss?.options.lost] + made.rules.map(\.options.lost) + [made.optimizer.lostOptions]
    guard lost.allSatisfy({ $0 == nil }) else {
      throw DiagnosticError(
        lost.compactMap(\.self).map {
          Diagnostic(
            "the options of '\($0)' have a property that a recipe cannot hold",
            hints: ["declare every property in 'visit'"])
        })
    }
    var names: Set<String> = []
    var ruleNames: Set<String> = []
    let registry = PluginRegistry(
      plugins: made.adapter.map { [$0.plugin] } ?? [],
      regularizers: made.regularizers.map(\.plugin).filter {
        names.insert($0.descriptor.name).inserted
      }, optimizers: [made.optimizer.plugin].filter { !$0.isBuiltIn },
      rules: made.rules.map(\.plugin).filter { ruleNames.insert($0.descriptor.name).inserted },
      losses: made.loss.map { [$0.plugin] } ?? [])
    let writer = OptionReader(writingBeside: nil)
    made.visit(writer, registry)
    try self.init(
      text: yamlText(of: writer.resolved), name: "recipe made in code", registry: registry)
  }
}
