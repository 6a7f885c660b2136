extension PluginRegistry {
  /// The adapters that folders of PEFT can hold, in the order of the registry.
  package var peftMethods: [any PEFTConvertible.Type] {
    adapters.compactMap { $0.adapter as? any PEFTConvertible.Type }
  }
}

extension [any PEFTConvertible.Type] {
  /// The method of a configuration: the first whose type and marks it has; nil when there is none.
  package func method(of type: String, _ found: [String: PEFTValue]) -> (any PEFTConvertible.Type)?
  {
    first { $0.peftForm.type == type && $0.peftForm.fits(found) }
  }
}
