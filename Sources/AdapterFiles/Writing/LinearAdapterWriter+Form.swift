import Backbones
import Checkpoints
import PETL

/// Adapters of a method that has a PEFT form of its own.
extension LinearAdapterWriter {
  /// PEFT's types that also adapt maps whose weights are [in, out], as GPT-2's are.
  private static let transposedForms: Set<String> = [
    "ADALORA", "FOURIERFT", "GRALORA", "IA3", "RANDLORA", "VBLORA", "VERA",
  ]
  private static let projections: [AdaptationSite.Kind] = [.query, .key, .value]

  /// The method of all adapters, where it has a PEFT form of its own that the naming has a place for; nil where
  /// they leave as low-rank changes.
  var method: (any PEFTConvertible.Type)? {
    let entries = contents.adapters.entries
    guard let first = entries.first?.adapter as? any PEFTConvertible else { return nil }
    let (method, form) = (type(of: first), type(of: first).peftForm)
    guard form.type != PEFTAdapterFolder.peftType,
      !naming.isTransposed || Self.transposedForms.contains(form.type),
      entries.allSatisfy({ ObjectIdentifier(type(of: $0.adapter)) == ObjectIdentifier(method) })
    else { return nil }
    switch form.fused {
    case .asLoRA: return fusesParts ? nil : method
    case .refused: return fusesParts && entries.allSatisfy(isLoRA) ? nil : method
    case .rows, .alike:
      let isLost = fusesParts && entries.allSatisfy(isLoRA)
      return isLost && objection(of: method, "PEFT") != nil ? nil : method
    }
  }

  /// Whether parts of a fused map are adapted.
  private var fusesParts: Bool {
    naming.isFused
      && contents.adapters.entries.contains { Self.projections.contains($0.site.kind) }
  }

  /// Whether an adapter is a LoRA of a lower rank than its map can have.
  private func isLoRA(_ entry: AdapterSet.Entry) -> Bool {
    let factors = (entry.adapter as? any SubspaceDecomposable)?.linearFactors()
    let limit = min(entry.site.inputWidth, entry.site.outputWidth)
    return factors.map { $0.basis.shape[0] < limit } ?? false
  }

  /// Why the adapters do not fit their method's form, in a sentence; nil when they do.
  func objection(of method: any PEFTConvertible.Type, _ format: String) -> String? {
    let (form, name) = (method.peftForm, method.descriptor.name)
    let entries = contents.adapters.entries
    if let other = entries.first(where: { !$0.site.kind.isLinear }) {
      return
        "\(format) changes single linear maps; '\(name)' at '\(other.site.name)' does something else"
    }
    let settings = entries.map(settings)
    for key in form.keys where !key.isOfMaps {
      let values = settings.map { $0[key.name] ?? key.value }
      if let other = values.first(where: { $0 != values[0] }) {
        return
          "\(format) keeps one `\(key.name)` for all maps of a \(form.title); here are \(values[0]) and \(other)"
      }
    }
    guard fusesParts else { return nil }
    guard form.fused.hasRows else {
      return
        "the \(form.title) of \(format) has no form for query, key and value in the one map of '\(naming.name)'; write the adapter for another naming"
    }
    let layers = Dictionary(
      grouping: entries.filter { Self.projections.contains($0.site.kind) }, by: \.site.layer)
    for (layer, parts) in layers.sorted(by: { $0.key < $1.key }) {
      if let reason = objection(of: form, method, fusing: parts, of: layer) { return reason }
    }
    return nil
  }

  /// Why the adapters of a layer are not one of its fused map, in a sentence; nil when they are.
  private func objection(
    of form: PEFTForm, _ method: any PEFTConvertible.Type, fusing parts: [AdapterSet.Entry],
    of layer: Int
  ) -> String? {
    for key in form.keys where key.isOfMaps {
      let values = parts.map { settings(of: $0)[key.name] ?? key.value }
      if values.contains(where: { $0 != values[0] }) {
        return
          "query, key and value share `\(key.name)` in the one map of '\(naming.name)'; those of layer \(layer) are not the same"
      }
    }
    guard let layout = layout(of: method, fusing: parts) else {
      return
        "the \(form.title) of query, key and value has no place in the one map of '\(naming.name)'; write the adapter for another naming"
    }
    for tensor in layout where tensor.outputAxis == nil {
      let values = parts.map { tensors(of: $0)[tensor.name]?.values }
      if values.contains(where: { $0 != values[0] }) {
        return
          "query, key and value share `\(tensor.name)` in the one map of '\(naming.name)'; those of layer \(layer) are not the same"
      }
    }
    let isAlike = form.fused == .alike || layout.allSatisfy { $0.outputAxis == nil }
    if isAlike, parts.count < Self.projections.count {
      return
        "the \(form.title) of the one map of '\(naming.name)' is of query, key and value alike; in layer \(layer) some are not adapted"
    }
    return nil
  }

  /// The tensors of a fused map; nil where there is no such map.
  private func layout(
    of method: any PEFTConvertible.Type, fusing parts: [AdapterSet.Entry]
  ) -> [PEFTTensor]? {
    guard let first = parts.first else { return nil }
    let outputs = first.site.outputWidth
    let layout = try? method.peftLayout(
      settings(of: first), inputs: first.site.inputWidth, outputs: outputs * Self.projections.count)
    return layout?.contains { !outputs.isMultiple(of: $0.outputAxis?.step ?? 1) } == false
      ? layout : nil
  }

  private func settings(of entry: AdapterSet.Entry) -> [String: PEFTValue] {
    (entry.adapter as? any PEFTConvertible)?.peftSettings ?? [:]
  }

  private func tensors(of entry: AdapterSet.Entry) -> [String: Tensor] {
    (entry.adapter as? any PEFTConvertible)?.peftTensors() ?? [:]
  }

  /// The contents as a folder of their method, to which `objection(of:_:)` has nothing.
  func folder(of method: any PEFTConvertible.Type) -> PEFTFolder {
    let form = method.peftForm
    var maps: [PEFTFolder.Map] = []
    var fused: Set<Int> = []
    for entry in contents.adapters.entries {
      let (kind, layer) = (entry.site.kind, entry.site.layer)
      let own = settings(of: entry).filter { name, _ in
        form.keys.contains { $0.name == name && $0.isOfMaps }
      }
      if naming.isFused, Self.projections.contains(kind) {
        guard fused.insert(layer).inserted else { continue }
        maps.append(
          .init(
            module: path(.fused, layer), tensors: rows(method, layer), settings: own))
      } else {
        let names = Set(form.tensors.map(\.name))
        maps.append(
          .init(
            module: path(.site(kind), layer),
            tensors: tensors(of: entry).filter { names.contains($0.key) }, settings: own))
      }
    }
    let first = contents.adapters.entries.first
    let shared = Set((form.shared?.tensors ?? []).map(\.name))
    var folder = PEFTFolder(
      method, settings: first.map(settings) ?? [:], maps: maps,
      shared: first.map { tensors(of: $0).filter { shared.contains($0.key) } } ?? [:],
      fullTensors: head + weights.tensors, baseModel: contents.baseModel,
      metadata: contents.metadata)
    folder.claims = AdapterClaims(baseClass: naming.classOfBareTower)
    folder.bias = weights.bias
    folder.task = naming.task(hasHead: contents.textHead != nil)
    return folder
  }

  /// The tensors of query, key and value of a layer one below the other.
  private func rows(_ method: any PEFTConvertible.Type, _ layer: Int) -> [String: Tensor] {
    let entries = Self.projections.map { kind in contents.adapters[kind, layer] }
    let parts = entries.map { $0.map(tensors) }
    var found: [String: Tensor] = [:]
    for tensor in layout(of: method, fusing: entries.compactMap(\.self)) ?? [] {
      let own = parts.map { $0?[tensor.name] }
      guard let like = own.compactMap({ $0 }).first else { continue }
      guard let axis = tensor.outputAxis else {
        found[tensor.name] = like
        continue
      }
      let whole = zip(Self.projections, own).map { kind, part in
        if let part { return part }
        var shape = like.shape
        let site = contents.backbone.sites.first { $0.kind == kind && $0.layer == layer }
        shape[axis.place] = site.map { axis.length($0.outputWidth) } ?? shape[axis.place]
        return Tensor(repeating: method.peftForm.fused.unadapted(tensor) ?? 0, shape: shape)
      }
      found[tensor.name] = noGradient { .concatenated(whole, axis: axis.place) }
    }
    return found
  }
}
