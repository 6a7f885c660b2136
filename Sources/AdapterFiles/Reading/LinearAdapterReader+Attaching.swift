import Backbones
import Checkpoints
import PETL

extension LinearAdapterReader {
  /// The tensors of one site, in the form of the method that takes them.
  struct SiteTensors {
    let site: AdaptationSite
    let method: any PEFTConvertible.Type
    /// The values of the form's keys.
    let settings: [String: PEFTValue]
    let tensors: [String: Tensor]
  }

  /// Makes adapters of low-rank changes, by the registry's methods for such, and gives them their values.
  ///
  /// - Throws: `DiagnosticError` if there is no such method, or it refuses the options.
  func attach(
    _ parts: [Part], rslora: Bool, dropout: Double
  ) throws -> (groups: [AdapterGroup], adapters: AdapterSet) {
    let folder = PEFTAdapterFolder(modules: [], rslora: rslora, dropout: dropout)
    return try attach(
      parts.map { part in
        let module = PEFTLoRA(
          module: part.site.name, factors: part.factors, inputs: part.site.inputWidth,
          magnitude: part.magnitude)
        let settings = folder.settings(of: module)
        return SiteTensors(
          site: part.site, method: try method(of: PEFTAdapterFolder.peftType, settings),
          settings: settings, tensors: module.tensors)
      })
  }

  private func method(
    of type: String, _ settings: [String: PEFTValue]
  ) throws -> any PEFTConvertible.Type {
    if let method = registry.peftMethods.method(of: type, settings) { return method }
    throw DiagnosticError(
      "\(path): no plugin reads such folders of PEFT's `\(type)` or mlx", hints: readers)
  }

  /// Makes the adapters of sites, and gives them their values.
  ///
  /// - Throws: `DiagnosticError` if a plugin refuses the options or lacks a parameter.
  func attach(
    _ parts: [SiteTensors]
  ) throws -> (groups: [AdapterGroup], adapters: AdapterSet) {
    var groups: [AdapterGroup] = []
    var places: [String: Int] = [:]
    for part in parts {
      let type = part.method.descriptor.name
      let options = part.method.peftForm.options(part.settings).map { ($0.name, "\($0.value)") }
      let key = type + options.map { "\($0.1) " }.joined()
      if let place = places[key] {
        groups[place].sites.append(part.site.name)
      } else {
        places[key] = groups.count
        groups.append(AdapterGroup(type: type, options: options, sites: [part.site.name]))
      }
    }
    let entries = try groups.flatMap {
      try $0.entries(on: backbone.sites, registry, place: path)
    }
    let bySite = Dictionary(uniqueKeysWithValues: entries.map { ($0.site, $0) })
    let adapters = AdapterSet(parts.compactMap { bySite[$0.site] })
    backbone.bind(adapters)
    for part in parts {
      guard let adapter = bySite[part.site]?.adapter as? any PEFTConvertible else { continue }
      let values = adapter.parameterValues(peft: part.tensors)
      for (name, value) in values.sorted(by: { $0.key < $1.key }) {
        try set(name, of: adapter, value)
      }
      if let other = adapter.parameters.first(where: { values[$0.name] == nil }) {
        throw DiagnosticError(
          "\(path): adapter '\(part.method.descriptor.name)' has a parameter '\(other.name)', of which its PEFT form has no value"
        )
      }
    }
    return (groups, adapters)
  }

  /// Gives a parameter its values.
  ///
  /// - Throws: `DiagnosticError` when the adapter has no such parameter.
  private func set(_ name: String, of adapter: any Adapter, _ value: Tensor) throws {
    guard let parameter = adapter.parameters.first(where: { $0.name == name }),
      parameter.value.shape == value.shape
    else {
      let type = type(of: adapter).descriptor.name
      throw DiagnosticError(
        "\(path): adapter '\(type)' has no parameter '\(name)' of shape \(value.shape)",
        hints: readers)
    }
    parameter.update(to: value)
  }

  /// The plugins that read folders, for a hint.
  private var readers: [String] {
    let names = registry.peftMethods.map { $0.descriptor.name }
    guard let last = names.last else { return ["this program has no plugin that reads any"] }
    let list =
      names.count > 1 ? "s \(names.dropLast().joined(separator: ", ")) and \(last)" : " \(last)"
    return ["folders of PEFT and mlx are read by the plugin\(list) of petl"]
  }
}
