import Optimization
import PETL

extension Recipe {
  /// Declares every option of a recipe.
  ///
  /// - Parameters:
  ///   - options: of the whole recipe.
  ///   - registry: the plugins that may be named.
  mutating func visit(_ options: OptionReader, _ registry: PluginRegistry) {
    options.fileName("name", &name, help: "the name of the run, and its folder's")
    options.integer("seed", &seed, in: 0...Int.max, help: "where randomness starts")
    options.choice(
      "task", &task,
      help:
        "classification (of images or texts), language-model (the next token of texts), or retrieval "
        + "of captions and images with both towers of a CLIP")
    options.optionalInteger(
      "threads", &threads, in: 1...256, help: "how many threads share the work; all when absent")
    let backboneReader = options.section("backbone", help: "the frozen network")
    backbone.visit(backboneReader)
    let hasWeights = backboneReader.readKeys.contains("weights")
    if !hasWeights, backboneReader.diagnostics.isEmpty {
      options.report(
        "missing section 'backbone'", hints: ["expected a mapping with 'weights' in it"])
    }
    let dataReader = options.section("data", help: "the images or texts")
    data.visit(dataReader)
    if dataReader.isAbsent {
      options.report(
        "missing section 'data'",
        hints: ["expected a mapping, such as data: {type: folder, path: photos}, or {name: digits}"]
      )
    }
    options.strings(
      "plugins", &plugins,
      help:
        "files of Swift with plugins in them, and folders of such files, from the recipe's folder on: code, "
        + "which --allow-plugins lets petl compile and run; --plugin names more")
    visitPlugins(options, registry)
    visitHooks(options, registry)
    visitOptimizer(options.section("optimizer", help: "how parameters move"), registry)
    let scheduleReader = options.section("schedule", help: "how the learning rate changes")
    schedule.visit(scheduleReader)
    if hasRetrieval(options) {
      options.section("retrieval", &retrieval, help: "what else of both towers is trained")
    }
    var textReader: OptionReader?
    if hasText(options) {
      let reader = options.section("text", help: "how texts become tokens: data of type text")
      text.visit(reader)
      if !options.isDescribing { text.unused(by: task).forEach(reader.leaveOut) }
      textReader = reader
    }
    visitSteps(options)
    visitStages(options)
    options.choice(
      "selection", &selection,
      help:
        "which epoch is kept: the last, or the best on the validation split; best-test, only to repeat "
        + "tables that chose so, marks every result as optimistic")
    options.boolean(
      "control", &hasControl,
      help: "train the stages that regularize a second time without, from the same start")
    guard !options.isWriting else { return }
    options.reportContradictions(stages: stages, hasControl: hasControl)
    schedule.reportContradictions(scheduleReader)
    data.reportContradictions(dataReader)
    if hasWeights {
      task.rules.check(
        TaskSections(
          recipe: options, backbone: (backboneReader, backbone), data: (dataReader, data),
          text: textReader.map { ($0, text) }))
    }
  }

  /// The adapter and the regularizers.
  private mutating func visitPlugins(_ options: OptionReader, _ registry: PluginRegistry) {
    let adapterHelp = "what is trained on the network"
    let regularizersHelp = "penalties on redundancy"
    if options.isWriting {
      if let adapter { adapter.write(to: options.section("adapter", help: adapterHelp)) }
      let writers = options.writers(
        "regularizers", count: regularizers.count, help: regularizersHelp)
      for (regularizer, writer) in zip(regularizers, writers) { regularizer.write(to: writer) }
      return
    }
    adapter = AdapterRecipe(
      options.section("adapter", help: adapterHelp), registry, hasTowers: task.rules.hasTowers)
    var labels = PluginLabels()
    regularizers = options.sections("regularizers", help: regularizersHelp).compactMap {
      RegularizerRecipe($0, registry) { labels.next($0) }
    }
  }

  private mutating func visitOptimizer(_ options: OptionReader, _ registry: PluginRegistry) {
    if options.isWriting {
      options.include(optimizer.written.entries)
    } else {
      optimizer = OptimizerRecipe(options, rules: registry.allOptimizers)
    }
  }

  /// What belongs to a step of training.
  private mutating func visitSteps(_ options: OptionReader) {
    options.optionalInteger(
      "regauge", &regauge, in: 1...1_000_000,
      help:
        "every so many steps linear adapters are re-factored without redundancy, their function "
        + "unchanged (our choice; docs/mathematics.md); never when absent")
    options.integer("batch_size", &batchSize, in: 1...65_536, help: "images or texts a step")
    options.optionalInteger(
      "micro_batch_size", &microBatchSize, in: 1...65_536,
      help:
        "images or texts at once: a step adds the gradients of its batch's parts up (gradient accumulation), in the "
        + "memory of one; with regularizers each part goes through the network twice, and they see the whole batch; "
        + "all of it at once when absent")
    if !options.isWriting, let microBatchSize, microBatchSize > batchSize {
      options.report(
        "'micro_batch_size' is \(microBatchSize), more than a step's batch_size of \(batchSize)",
        at: "micro_batch_size",
        hints: ["batch_size is what a step learns from, micro_batch_size what fits in memory"])
    }
    options.optionalInteger(
      "micro_shards", &microShards, in: 1...4096,
      help:
        "shards of a batch whose sums are added in a fixed order, so that 1, 2 or 4 processes (mpirun) train the same "
        + "bits; when absent 1, or 4 of several processes (docs/scale-out.md)")
    options.boolean(
      "drop_last", &dropLast,
      help:
        "leave out the images of an epoch that do not fill a batch, others each time (petl-vit, "
        + "noah, ssf)")
    options.integer(
      "activation_cache", &activationCache, in: 0...1_048_576,
      help: "MiB of memory for activations before the first adapter; the rest in a file; 0 for none"
    )
  }

  /// Whether there is a section `text`: of data that are texts, or where it is to be refused.
  private func hasText(_ options: OptionReader) -> Bool {
    data.source == .text || options.isDescribing || options.contains("text")
      || options.isWriting && text != TextRecipe()
  }

  /// Whether there is a section `retrieval`: of that task, or where it is to be refused.
  private func hasRetrieval(_ options: OptionReader) -> Bool {
    task == .retrieval || options.isDescribing || options.contains("retrieval")
      || options.isWriting && retrieval != RetrievalRecipe()
  }
}
