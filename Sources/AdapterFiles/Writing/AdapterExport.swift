import Backbones
import Checkpoints
import Networks
import PETL
import Recipes

/// Writes adapters so that others can load them.
public enum AdapterExport {
  /// A format of files, and how the network's modules are called in it.
  public enum Format: Sendable {
    /// A folder of Hugging Face's PEFT.
    case peft(SiteModules)
    /// A folder of mlx-lm.
    case mlx(SiteModules)
    /// Our own `adapter.safetensors`.
    case petl
  }

  /// Why an adapter cannot be written in a format, in a sentence; nil when it can.
  public static func objection(to contents: AdapterContents, as format: Format) -> String? {
    switch format {
    case .petl: nil
    case .peft(let naming):
      LinearAdapterWriter(contents, naming).objection(
        "PEFT", holdsForms: true, holdsWeights: true)
    case .mlx(let naming): LinearAdapterWriter(contents, naming).objection("mlx")
    }
  }

  /// Writes a folder: in PEFT's and mlx's formats what they can hold, never a false claim.
  ///
  /// A head for which the names have no place of the same meaning is left out of PEFT's folder.
  ///
  /// Over a fused map (timm's `attn.qkv`) the adapters of query, key and value become one, which is exact.
  ///
  /// - Parameters:
  ///   - contents: The adapter.
  ///   - folder: It is created if need be.
  ///   - format: What to write.
  /// - Throws: `DiagnosticError` when the format cannot hold the adapter, or a file cannot be written.
  public static func write(
    _ contents: AdapterContents, to folder: String, as format: Format
  ) throws {
    if let objection = objection(to: contents, as: format) {
      throw DiagnosticError(objection, hints: ["our own format holds every adapter: petl"])
    }
    switch format {
    case .petl:
      try createFolder(folder)
      try AdapterFile.write(contents, to: "\(folder)/\(AdapterFile.name)")
    case .peft(let naming):
      var contents = contents
      if !naming.holdsHead { (contents.head, contents.textHead) = (nil, nil) }
      let writer = LinearAdapterWriter(contents, naming)
      if contents.adapters.entries.isEmpty {
        try writer.folder().writeTuning(to: folder, head: naming.head)
      } else if let method = writer.method {
        try writer.folder(of: method).write(to: folder, backboneModules: writer.modulePaths)
      } else {
        try writer.folder().write(to: folder, backboneModules: writer.modulePaths)
      }
    case .mlx(let naming):
      let writer = LinearAdapterWriter(contents, naming)
      try MLXAdapterFolder.write(
        writer.folder(), to: folder, naming: naming, depth: writer.layers.depths.reduce(0, +))
    }
  }

  /// Writes the adapters of a model with two towers as one PEFT folder, without a head.
  ///
  /// - Parameters:
  ///   - towers: Each tower's adapters and the names of its modules; the first one's metadata are kept.
  ///   - folder: It is created if need be.
  /// - Throws: `DiagnosticError` when PEFT cannot hold one of them, or a file cannot be written.
  public static func write(
    towers: [(contents: AdapterContents, naming: SiteModules)], to folder: String
  ) throws {
    let writers = towers.map { LinearAdapterWriter($0.contents, $0.naming) }
    let objections = writers.compactMap { $0.objection("PEFT", holdsWeights: true) }
    guard objections.isEmpty else { throw DiagnosticError(objections.map { Diagnostic($0) }) }
    let parts = try writers.map { try $0.folder() }
    guard var whole = parts.first else { throw DiagnosticError("there is no tower to write") }
    guard parts.allSatisfy({ $0.bias == whole.bias && !$0.modules.isEmpty }) else {
      throw DiagnosticError("PEFT trains the biases of both towers alike, and adapts both")
    }
    whole.modules = parts.flatMap(\.modules)
    whole.fullTensors = zip(towers, parts).flatMap { tower, part in
      part.fullTensors.filter { $0.module != tower.naming.head }
    }
    try whole.write(to: folder)
  }

  /// Writes the adapter of a model in PEFT's format, in timm's names, when that holds it, else in our own.
  ///
  /// - Parameters:
  ///   - model: The trained model; a probe of it goes into the metadata.
  ///   - folder: Where.
  ///   - recipe: By which it was trained.
  ///   - metadata: Strings to keep beside the tensors.
  /// - Returns: `peft` or `petl`.
  /// - Throws: `DiagnosticError` when a file cannot be written.
  package static func write(
    _ model: Model, to folder: String, recipe: Recipe, metadata: [String: String]
  ) throws -> String {
    let sites = model.adapters.entries.map(\.site)
    var metadata = metadata
    metadata[AdapterFile.recipeKey] = yamlText(of: recipe.resolved)
    // A model whose logits are not finite has no probe, and is written all the same.
    metadata[AdapterProbe.key] = try? AdapterProbe(of: model).text
    let contents = AdapterContents(
      backbone: model.backbone, adapters: model.adapters,
      groups: try [AdapterGroup](recipe, sites: sites),
      head: (model.headWeight.value, model.headBias.value), baseModel: recipe.backbone.weights,
      metadata: metadata)
    let isStaged = BackboneLayers(model.backbone.sites).depths.count > 1
    let format = Format.peft(isStaged ? .swin : .timm)
    guard objection(to: contents, as: format) == nil else {
      try write(contents, to: folder, as: .petl)
      return "petl"
    }
    try write(contents, to: folder, as: format)
    return "peft"
  }
}
