import PETL

extension MLXAdapterFolder {
  /// Writes a folder that mlx-lm loads onto a model with the same module names.
  ///
  /// mlx knows one rank and one scale: smaller factors are filled up with zeros, and another scaling than
  /// that of the first map is folded into B. Both are exact but for rounding.
  ///
  /// - Parameters:
  ///   - adapter: The adapter; with `rslora` its scalings are kept.
  ///   - path: The folder; it is created if need be.
  ///   - naming: The names of its modules, which say what a key and what a layer is.
  ///   - depth: How many layers the network has: mlx counts the adapted ones from the last.
  /// - Throws: `DiagnosticError` if the contents are not valid, or a file cannot be written.
  public static func write(
    _ adapter: PEFTAdapterFolder, to path: String, naming: SiteModules, depth: Int
  ) throws {
    let faults = adapter.modules.compactMap { module in
      module.fault.map { Diagnostic("module `\(module.module)`: \($0)") }
    }
    try faults.throwIfAny()
    guard let rank = adapter.modules.map(\.rank).max() else {
      throw DiagnosticError("an mlx adapter folder needs at least one adapted module")
    }
    let places = try adapter.modules.map { module in
      guard let place = naming.place(of: module.module), let key = naming.maps[place.map] else {
        throw DiagnosticError("`\(module.module)` is no linear map in the naming '\(naming.name)'")
      }
      return (place, key)
    }
    let scalings = adapter.modules.map { $0.scaling(rslora: adapter.rslora) }
    let scale = scalings.first { $0 != 0 } ?? 0
    let json = JSONValue.object([
      .init("fine_tune_type", .string(adapter.isDoRA ? "dora" : "lora")),
      .init("model", adapter.baseModel.map { .string($0) } ?? .null),
      .init(
        "num_layers", .integer(depth - (naming.hasStages ? 0 : places.map(\.0.layer).min() ?? 0))),
      .init(
        "lora_parameters",
        .object([
          .init("rank", .integer(rank)), .init("scale", .number(scale)),
          .init("dropout", .number(adapter.dropout)),
          .init("keys", .array(Set(places.map(\.1)).sorted().map { .string($0) })),
        ])),
    ])
    let factors = try (adapter.modules + gaps(in: adapter, places, naming, depth)).flatMap {
      records(of: $0, rank: rank, scale: scale, rslora: adapter.rslora)
    }
    let whole = adapter.fullTensors.map {
      TensorRecord.float32($0.name, shape: $0.shape, $0.values)
    }
    let metadata = adapter.metadata.merging(["format": "mlx"]) { own, _ in own }
    let data = try SafetensorsWriter.data(factors, metadata: metadata)
    let headData = try SafetensorsWriter.data(whole, metadata: ["format": "mlx"])
    let text = try json.formatted()
    try createFolder(path)
    removeFileIfPresent("\(path)/\(configuration)")
    removeFileIfPresent("\(path)/\(head)")
    if !whole.isEmpty { try writeAtomically(headData, to: "\(path)/\(head)") }
    try writeAtomically(data, to: "\(path)/\(tensors)")
    try writeAtomically(Array(text.utf8), to: "\(path)/\(configuration)")
  }

  /// Maps without a change where others of the same key are adapted: mlx adapts a key in every layer that
  /// `num_layers` reaches.
  ///
  /// - Throws: `DiagnosticError` of a DoRA, whose unchanged magnitudes are those of the weights.
  private static func gaps(
    in adapter: PEFTAdapterFolder, _ places: [(SiteModules.Place, String)], _ naming: SiteModules,
    _ depth: Int
  ) throws -> [PEFTLoRA] {
    guard !naming.hasStages else { return [] }
    let there = Set(places.map(\.0))
    let first = places.map(\.0.layer).min() ?? 0
    var gaps: [PEFTLoRA] = []
    for (index, (place, _)) in places.enumerated()
    where !places[..<index].contains(where: { $0.0.map == place.map }) {
      let like = adapter.modules[index]
      for layer in first..<max(first, depth) {
        let other = SiteModules.Place(map: place.map, layer: layer)
        guard !there.contains(other), let path = naming.path(of: other) else { continue }
        guard !adapter.isDoRA else {
          throw DiagnosticError(
            "mlx adapts the same maps in all of its layers; this DoRA leaves out `\(path)`",
            hints: ["PEFT's format and our own hold it"])
        }
        gaps.append(
          PEFTLoRA(
            module: path, a: .init(repeating: 0, count: like.aShape[1]),
            aShape: [1, like.aShape[1]],
            b: .init(repeating: 0, count: like.bShape[0]), bShape: [like.bShape[0], 1], alpha: 0))
      }
    }
    return gaps
  }

  private static func records(
    of module: PEFTLoRA, rank: Int, scale: Double, rslora: Bool
  ) -> [TensorRecord] {
    let (inputs, outputs) = (module.aShape[1], module.bShape[0])
    let own = module.scaling(rslora: rslora)
    let factor = own == scale ? 1 : Float(own / scale)
    let missing = rank - module.rank
    let a = module.a + [Float](repeating: 0, count: missing * inputs)
    let b =
      transposed(module.b.map { $0 * factor }, rows: outputs, columns: module.rank)
      + [Float](repeating: 0, count: missing * outputs)
    return [
      TensorRecord.float32(
        module.module + self.a, shape: [inputs, rank],
        transposed(a, rows: rank, columns: inputs)),
      TensorRecord.float32(module.module + self.b, shape: [rank, outputs], b),
    ]
      + (module.magnitude.map {
        [TensorRecord.float32(module.module + magnitude, shape: [$0.count], $0)]
      } ?? [])
  }
}
