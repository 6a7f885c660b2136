import PETL

extension Recipe {
  /// The part of the recipe that decides the parameters after one of its stages, as text.
  ///
  /// That is the resolved recipe up to that stage without the run's name, the places of files (their
  /// contents decide), threads, memory and the control. Nor are plugin files: what computes, code
  /// that is loaded among it, is told apart by digests.
  ///
  /// - Parameters:
  ///   - last: the index of the stage.
  ///   - regularized: whether the regularizers applied so far.
  /// - Returns: YAML.
  public func decisions(throughStage last: Int, regularized: Bool) -> String {
    var node = resolved
    for key in ["name", "threads", "plugins", "control", "activation_cache"] {
      node = node.without(key)
    }
    if !regularized { node = node.without("regularizers") }
    node = node.mapping("backbone") { $0.without("weights") }
    node = node.mapping("data") { $0.without("path").without("cache") }
    node = node.mapping("stages") { stages in
      guard case .sequence(let elements) = stages.value else { return stages }
      return ConfigurationNode(.sequence(Array(elements.prefix(last + 1))), span: stages.span)
    }
    return yamlText(of: node)
  }

  /// What decides how long a step of training takes, as text: all but names, seeds, rates, weights of
  /// penalties and lengths.
  ///
  /// - Parameter regularized: whether the regularizers apply.
  /// - Returns: YAML.
  package func stepDecisions(regularized: Bool) -> String {
    var node = resolved
    for key in ["name", "seed", "schedule", "stages", "selection", "control"] {
      node = node.without(key)
    }
    node = node.mapping("optimizer") { $0.without("learning_rate").without("weight_decay") }
    if !regularized { node = node.without("regularizers") }
    node = node.mapping("regularizers") { list in
      guard case .sequence(let elements) = list.value else { return list }
      return ConfigurationNode(.sequence(elements.map { $0.without("weight") }), span: list.span)
    }
    return yamlText(of: node)
  }
}

extension ConfigurationNode {
  /// The mapping with one value changed.
  func mapping(
    _ key: String, _ change: (ConfigurationNode) -> ConfigurationNode
  ) -> ConfigurationNode {
    guard case .mapping(let entries) = value else { return self }
    return ConfigurationNode(
      .mapping(
        entries.map { entry in
          guard entry.key == key else { return entry }
          return Entry(key: key, keySpan: entry.keySpan, value: change(entry.value))
        }), span: span)
  }
}
