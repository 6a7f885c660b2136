extension PluginStarter {
  /// The plugin.
  var source: String {
    switch kind {
    case .adapter: AdapterTemplate.source(name: name, type: type)
    case .regularizer: RegularizerTemplate.source(name: name, type: type)
    case .optimizer: OptimizerTemplate.source(name: name, type: type)
    }
  }

  /// The test that holds it to the laws.
  var test: String {
    switch kind {
    case .adapter: AdapterTemplate.test(type: type)
    case .regularizer: RegularizerTemplate.test(type: type)
    case .optimizer: OptimizerTemplate.test(type: type)
    }
  }

  /// The argument of `builtIn` that takes it.
  var argument: String {
    switch kind {
    case .adapter: "adding"
    case .regularizer: "regularizers"
    case .optimizer: "optimizers"
    }
  }

  /// The sections of a recipe that name it.
  private var sections: String {
    let lora = "adapter: {type: lora, rank: 8, sites: [query, value]}"
    return switch kind {
    case .adapter:
      """
      adapter: {type: \(name), rank: 8}
      regularizers:
        - {type: resora, weight: 0.1}
      optimizer: {learning_rate: 2e-3}
      """
    case .regularizer:
      """
      \(lora)
      regularizers:
        - {type: \(name), power: 2, weight: 0.1}
      optimizer: {learning_rate: 2e-3}
      """
    case .optimizer:
      """
      \(lora)
      regularizers:
        - {type: resora, weight: 0.1}
      optimizer: {type: \(name), friction: 0.1, learning_rate: 1e-2}
      """
    }
  }

  /// A recipe that trains for a minute.
  ///
  /// - Parameter comment: its first line.
  /// - Returns: YAML.
  func recipeText(_ comment: String) -> String {
    """
    # \(comment)
    name: \(name)
    backbone: {weights: embedded:vit-micro, drop_path: 0.1}
    data: {name: digits}
    \(sections)
    stages:
      - {name: refine, epochs: 3}
    control: true

    """
  }
}
