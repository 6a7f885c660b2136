import AdapterFiles
import Backbones
import Checkpoints
import Networks
import PETL
import Recipes

extension RetrievalExperiment {
  /// Writes what was trained of each tower into a folder of its own, named after the tower, and a
  /// trained scale and projections into `head.safetensors`.
  ///
  /// The adapter of the image tower is one of a Vision Transformer: every command that takes an adapter
  /// takes it, with the weights of the CLIP. Its head is the projection, trained or not, so that the probe
  /// beside it can be verified. That of the text tower has the names of Hugging Face's CLIP, so that PEFT
  /// takes it; `petl evaluate` reads both from the folder of the run.
  ///
  /// - Parameters:
  ///   - folder: of the run's adapters.
  ///   - metadata: strings to keep beside the tensors.
  /// - Returns: the format of each tower's, such as `image peft, text petl`.
  /// - Throws: `DiagnosticError` when a file cannot be written.
  public func writeAdapter(to folder: String, metadata: [String: String]) throws -> String {
    var metadata = metadata
    metadata[AdapterFile.recipeKey] = yamlText(of: recipe.resolved)
    var formats: [String] = []
    for tower in Tower.allCases {
      let adapters = model.adapters.tower(tower).withoutTower
      let weights = tower == .image ? model.image.parameters : model.text.parameters
      guard !adapters.entries.isEmpty || !weights.isEmpty else { continue }
      let place = "\(folder)/\(tower.rawValue)"
      let groups = try [AdapterGroup](recipe, sites: adapters.entries.map(\.site))
      let format =
        try tower == .image
        ? writeImageAdapter(adapters, groups, metadata, to: place)
        : writeTextAdapter(adapters, groups, metadata, to: place)
      formats.append("\(tower.rawValue) \(format)")
    }
    let head = model.headParameters.map { name, parameter in
      TensorRecord.float32(name, shape: parameter.value.shape, parameter.value.values)
    }
    if !head.isEmpty {
      try SafetensorsWriter.write(head, metadata: metadata, to: "\(folder)/head.safetensors")
    }
    return formats.isEmpty ? "none" : formats.joined(separator: ", ")
  }

  private func writeImageAdapter(
    _ adapters: AdapterSet, _ groups: [AdapterGroup], _ metadata: [String: String],
    to folder: String
  ) throws -> String {
    let projection = model.imageProjection
    let head = (weight: projection.value, bias: Tensor.zeros([projection.value.shape[0]]))
    var metadata = metadata
    // What the adapter gives through the projection, for whoever loads it.
    metadata[AdapterProbe.key] = try? AdapterProbe(
      of: Model(backbone: model.image, adapters: adapters, head: head)
    ).text
    let contents = AdapterContents(
      backbone: model.image, adapters: adapters, groups: groups,
      head: head, baseModel: recipe.backbone.weights,
      metadata: metadata)
    return try write(contents, to: folder, preferring: .timm)
  }

  private func writeTextAdapter(
    _ adapters: AdapterSet, _ groups: [AdapterGroup], _ metadata: [String: String],
    to folder: String
  ) throws -> String {
    let contents = AdapterContents(
      backbone: model.text, adapters: adapters, groups: groups, head: nil,
      baseModel: recipe.backbone.weights,
      metadata: metadata.merging([AdapterFile.towerKey: Tower.text.rawValue]) { _, own in own })
    return try write(
      contents, to: folder, preferring: .clipText)
  }

  /// In PEFT's format where there are names for it and it holds the adapter, else in our own.
  private func write(
    _ contents: AdapterContents, to folder: String, preferring naming: SiteModules?
  ) throws -> String {
    if let naming, AdapterExport.objection(to: contents, as: .peft(naming)) == nil {
      try AdapterExport.write(contents, to: folder, as: .peft(naming))
      return "peft"
    }
    try AdapterExport.write(contents, to: folder, as: .petl)
    return "petl"
  }
}
