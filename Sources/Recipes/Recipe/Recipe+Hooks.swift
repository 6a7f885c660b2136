import PETL

extension Recipe {
  /// Declares the loss and the training rules, where there are any: what a recipe says nothing of does
  /// not stand in what is stored of it.
  mutating func visitHooks(_ options: OptionReader, _ registry: PluginRegistry) {
    let lossHelp = "what telling classes is trained by; cross-entropy when absent"
    let rulesHelp = "what else happens at steps, epochs and stages"
    if options.isWriting {
      if let loss { loss.write(to: options.section("loss", help: lossHelp)) }
      let writers =
        rules.isEmpty ? [] : options.writers("rules", count: rules.count, help: rulesHelp)
      for (rule, writer) in zip(rules, writers) { rule.write(to: writer) }
      return
    }
    loss = LossRecipe(options.section("loss", help: lossHelp), registry)
    if !options.contains("loss") { options.leaveOut("loss") }
    var labels = PluginLabels()
    rules = options.sections("rules", help: rulesHelp).compactMap {
      RuleRecipe($0, registry) { labels.next($0) }
    }
  }
}
