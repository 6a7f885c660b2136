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
    for tensor in layout(of: type(of: plugin), settings)
    where tensors[tensor.name] != nil || !tensor.isOptional {
      let lengths = tensor.lengths(settings, inputs: site.inputWidth, outputs: site.outputWidth)
      if !fits(tensors[tensor.name]?.shape, lengths) {
        let found = tensors[tensor.name].map { "is \($0.shape)" } ?? "is missing"
        note(
          "PEFT form", "tensor '\(tensor.name)' \(found), the form says \(lengths.map { $0 ?? 0 })")
      }
    }
    let names = Set(form.allTensors.map(\.name))
    for name in tensors.keys.filter({ !names.contains($0) }).sorted() {
      note("PEFT form", "tensor '\(name)' is none of the form's")
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

  /// Whether a shape has these lengths, nil of which are any.
  private func fits(_ shape: [Int]?, _ lengths: [Int?]) -> Bool {
    guard let shape, shape.count == lengths.count else { return false }
    return zip(shape, lengths).allSatisfy { $1 == nil || $0 == $1 }
  }

  /// The tensors that an adapter of the site has, the shared ones too.
  private mutating func layout(
    of type: any PEFTConvertible.Type, _ settings: [String: PEFTValue]
  ) -> [PEFTTensor] {
    let shared = type.peftForm.shared?.tensors ?? []
    do {
      return try type.peftLayout(settings, inputs: site.inputWidth, outputs: site.outputWidth)
        + shared
    } catch {
      note("PEFT form", "there is no layout at the site: \(error)")
      return []
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
