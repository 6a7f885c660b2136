import PETL

extension AdapterChecks {
  /// What an adapter gives for a folder of PEFT has the names and shapes of its form, and comes back as it
  /// was.
  mutating func checkPEFT(_ plugin: Plugin) {
    guard let plugin = plugin as? any PEFTConvertible else { return }
    let form = type(of: plugin).peftForm
    let settings = Dictionary(
      uniqueKeysWithValues: form.keys.map { ($0.name, plugin.peftSettings[$0.name] ?? $0.value) })
    for name in plugin.peftSettings.keys.sorted() where settings[name] == nil {
      note("PEFT form", "the setting '\(name)' is no key of the form")
    }
    let tensors = plugin.peftTensors()
    for tensor in form.allTensors {
      let lengths = tensor.lengths(settings, inputs: site.inputWidth, outputs: site.outputWidth)
      if tensors[tensor.name]?.shape != lengths.compactMap({ $0 }) {
        let found = tensors[tensor.name].map { "is \($0.shape)" } ?? "is missing"
        note(
          "PEFT form", "tensor '\(tensor.name)' \(found), the form says \(lengths.map { $0 ?? 0 })")
      }
    }
    let values = plugin.parameterValues(peft: tensors)
    for parameter in plugin.parameters where values[parameter.name]?.bits != parameter.value.bits {
      note("PEFT form", "parameter '\(parameter.name)' does not come back from the form's tensors")
    }
    let known = Set(Plugin.peftOptions)
    for option in form.options(settings) where !known.contains(option.name) {
      note("PEFT form", "a key is for the option '\(option.name)', which there is not")
    }
  }
}

extension Adapter {
  /// The names of its options.
  fileprivate static var peftOptions: [String] {
    let describing = OptionReader(describing: "options")
    _ = Options(from: describing)
    return describing.descriptors.map(\.name)
  }
}
