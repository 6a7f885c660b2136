import PETL

extension Recipe {
  /// Says in the recipe that is stored how positions are resampled, where it does not yet: another
  /// version of petl, and whoever merges, then does the same.
  ///
  /// - Parameter rule: that of the weights' names.
  public mutating func record(_ rule: BackboneRecipe.PositionResampling) {
    guard backbone.positionResampling == nil else { return }
    backbone.positionResampling = rule
    resolved = resolved.mapping("backbone") { section in
      guard case .mapping(let entries) = section.value else { return section }
      let key = ConfigurationNode.Entry(
        writing: "position_resampling", ConfigurationNode(plain: rule.rawValue))
      let end = entries.firstIndex { $0.key == "drop_path" } ?? entries.count
      return ConfigurationNode(
        .mapping(entries[..<end] + [key] + entries[end...]), span: section.span)
    }
  }

  /// Takes a stored recipe that does not say how positions are resampled as what it is: one of weights
  /// with timm's rule, or from before there was another.
  public mutating func readAsStored() {
    backbone.positionResampling = backbone.positionResampling ?? .timm
  }
}
