extension PluginRegistry {
  /// The adapters that folders of PEFT can hold, in the order of the registry.
  package var peftMethods: [any PEFTConvertible.Type] {
    adapters.compactMap { $0.adapter as? any PEFTConvertible.Type }
  }
}

extension [any PEFTConvertible.Type] {
  /// The method of a configuration: the last whose type and marks it has, so that an adapter of a program's own
  /// comes before ours; nil when there is none.
  package func method(of type: String, _ found: [String: PEFTValue]) -> (any PEFTConvertible.Type)?
  {
    last { $0.peftForm.type == type && $0.peftForm.fits(found) }
  }
}
