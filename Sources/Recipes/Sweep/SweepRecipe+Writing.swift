import PETL

extension SweepRecipe {
  /// A recipe with a section `sweep` that holds everything that varies, and values that `--set` gave
  /// in their places.
  ///
  /// - Parameters:
  ///   - base: the recipe without its sweep.
  ///   - axes: what varies or is set, as the reader orders it.
  /// - Returns: a recipe that stands for the same runs.
  /// - Throws: `DiagnosticError` when a value has no place in the recipe.
  static func whole(
    _ base: ConfigurationNode, _ axes: [SweepAxis]
  ) throws -> ConfigurationNode {
    var node = base
    var grid: [(key: String, value: ConfigurationNode?)] = []
    var paired: [ConfigurationNode] = []
    var (data, seeds): (ConfigurationNode?, ConfigurationNode?)
    let dataKey = SweepReader.dataKey(base)
    for axis in axes {
      let values = axis.alternatives.compactMap { $0.first?.value }
      let key = axis.keys.first ?? ""
      let isData = axis.keys.isSubset(of: ["data", dataKey])
      if axis.alternatives.count == 1 {
        for setting in axis.alternatives[0] { node = try setting.apply(to: node, at: 0) }
      } else if isData, data == nil {
        data = ConfigurationNode(elements: values)
      } else if axis.isOfOneKey, key == "seed" {
        seeds = ConfigurationNode(elements: values)
      } else if axis.isOfOneKey {
        grid.append((key, ConfigurationNode(elements: values)))
      } else {
        paired += axis.alternatives.map { settings in
          ConfigurationNode(writing: settings.map { ($0.key, $0.value) })
        }
      }
    }
    let section = ConfigurationNode(
      writing: SweepPart.allCases.map { part in
        let value: ConfigurationNode? =
          switch part {
          case .grid: grid.isEmpty ? nil : ConfigurationNode(writing: grid)
          case .paired: paired.isEmpty ? nil : ConfigurationNode(elements: paired)
          // What was drawn is written down, each draw as it is.
          case .random: nil
          case .data: data
          case .seeds: seeds
          }
        return (part.rawValue, value)
      })
    guard !section.entries.isEmpty else { return node }
    return ConfigurationNode(
      .mapping(node.entries + [.init(writing: "sweep", section)]), span: node.span)
  }
}
