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
  ///   backbone: BackboneRecipe(weights: "embedded:vit-micro"), data: .embedded("digits"),
  ///   adapter: AdapterRecipe(LoRA.self, options: LoRAOptions(rank: 8), sites: [.query, .value]),
  ///   regularizers: [RegularizerRecipe(ReSoRA.self, options: ReSoRAOptions(), weight: .constant(0.1))],
  ///   stages: [StageRecipe(epochs: 10)])
  /// let summary = try Experiment(recipe).train()
  /// ```
  ///
  /// - Parameters:
  ///   - name: the name of the run.
  ///   - seed: where randomness starts.
  ///   - task: what the network learns to do.
  ///   - threads: how many threads share the work; nil for all.
  ///   - backbone: the frozen network.
  ///   - data: the images.
  ///   - adapter: what is trained on the network; nil for the head alone.
  ///   - regularizers: the penalties on the adapter's subspaces.
  ///   - optimizer: how parameters move.
  ///   - schedule: how the learning rate changes within a stage.
  ///   - retrieval: what of a retrieval network is trained beside adapters; nil in other tasks.
  ///   - regauge: after how many steps, each time, adapters are brought into the balanced gauge.
  ///   - batchSize: images a step.
  ///   - dropLast: whether the images of an epoch that do not fill a batch are left out of it.
  ///   - activationCache: the most memory, in MiB, for activations that are the same in every epoch.
  ///   - stages: the parts of training, in order; none for one of 100 epochs that regularizes.
  ///   - selection: which epoch's parameters are kept.
  ///   - control: whether the stages that regularize are trained a second time without.
  /// - Throws: `DiagnosticError` with every mistake.
  public init(
    name: String = "run", seed: Int = 0, task: Task = .classification, threads: Int? = nil,
    backbone: BackboneRecipe,
    data: DataRecipe, adapter: AdapterRecipe? = nil, regularizers: [RegularizerRecipe] = [],
    optimizer: OptimizerRecipe = OptimizerRecipe(), schedule: RateSchedule = RateSchedule(),
    retrieval: RetrievalRecipe? = nil, regauge: Int? = nil, batchSize: Int = 64,
    dropLast: Bool = false, activationCache: Int = 1024,
    stages: [StageRecipe] = [], selection: Selection = .last, control: Bool = false
  ) throws {
    func number(_ value: Int?) -> ConfigurationNode? { value.map { .init(plain: "\($0)") } }
    func list(_ elements: [ConfigurationNode]) -> ConfigurationNode? {
      elements.isEmpty ? nil : ConfigurationNode(elements: elements)
    }
    let written = ConfigurationNode(writing: [
      ("name", .init(text: name)), ("seed", number(seed)), ("task", .init(plain: task.rawValue)),
      ("threads", number(threads)),
      ("backbone", backbone.written), ("data", data.written), ("adapter", adapter?.written),
      ("regularizers", list(regularizers.map(\.written))), ("optimizer", optimizer.written),
      ("schedule", schedule.written), ("retrieval", retrieval?.written),
      ("regauge", number(regauge)),
      ("batch_size", number(batchSize)), ("drop_last", .init(plain: "\(dropLast)")),
      ("activation_cache", number(activationCache)),
      ("stages", list(stages.map(\.written))),
      ("selection", .init(plain: selection.rawValue)), ("control", .init(plain: "\(control)")),
    ])
    var names: Set<String> = []
    let registry = PluginRegistry(
      plugins: adapter.map { [$0.plugin] } ?? [],
      regularizers: regularizers.map(\.plugin).filter { names.insert($0.descriptor.name).inserted },
      optimizers: [optimizer.plugin].filter { !$0.isBuiltIn })
    try self.init(text: yamlText(of: written), name: "recipe made in code", registry: registry)
    restoreOptions(of: adapter, regularizers)
  }

  /// Puts what was made in code in the place of what was read of it: the type alone.
  private mutating func restoreOptions(
    of adapter: AdapterRecipe?, _ regularizers: [RegularizerRecipe]
  ) {
    if let adapter, let read = self.adapter {
      self.adapter = AdapterRecipe(adapter, as: read)
      let options = adapter.made?.entries ?? []
      resolved = resolved.mapping("adapter") { $0.inserting(options, after: "type") }
    }
    self.regularizers = zip(regularizers, self.regularizers).map { RegularizerRecipe($0, as: $1) }
    resolved = resolved.mapping("regularizers") { list in
      guard case .sequence(let elements) = list.value else { return list }
      return ConfigurationNode(
        elements: zip(elements, regularizers).map { element, regularizer in
          element.inserting(regularizer.made?.entries ?? [], after: "weight")
        })
    }
  }

  /// Whether a recipe file can hold all of it, and so whether `resolved` does: false when a plugin's
  /// options were made in code and cannot be written.
  public var isWhole: Bool {
    adapter?.made?.isWhole != false && regularizers.allSatisfy { $0.made?.isWhole != false }
  }
}

extension ConfigurationNode {
  /// The mapping with more entries after one of its own.
  fileprivate func inserting(_ more: [Entry], after key: String) -> ConfigurationNode {
    guard case .mapping(let entries) = value else { return self }
    return ConfigurationNode(
      .mapping(entries.flatMap { $0.key == key ? [$0] + more : [$0] }), span: span)
  }
}
