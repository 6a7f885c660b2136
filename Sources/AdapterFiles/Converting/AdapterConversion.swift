import Backbones
import Checkpoints
import Foundation
import Networks
import PETL
import Recipes

/// An adapter read from one format, to be written in another.
public struct AdapterConversion {
  /// The format and naming that it was read from.
  public let source: String
  /// The format and naming that it is written in.
  public let target: String
  /// How many tensors it has.
  public let tensors: Int
  /// What the user should know, a sentence each.
  public let notes: [Note]

  let contents: AdapterContents
  let format: AdapterExport.Format

  /// Whether a path leads to an adapter or a run, not to weights.
  ///
  /// - Parameter path: of a file or a folder.
  /// - Returns: false also where there is nothing.
  public static func isAdapter(_ path: String) -> Bool {
    let files = ["adapter_config.json", AdapterFile.name, "recipe.yaml"]
    if files.contains(where: { FileManager.default.fileExists(atPath: "\(path)/\($0)") }) {
      return true
    }
    let name = URL(fileURLWithPath: path).lastPathComponent
    if ["adapter_config.json", "adapter_model.safetensors", "adapters.safetensors"].contains(name) {
      return true
    }
    return (try? SafetensorsFile(path: path))?.metadata["format"] == AdapterFile.format
  }

  /// Reads an adapter.
  ///
  /// - Parameters:
  ///   - path: of an adapter or a run.
  ///   - weights: that it is for; nil takes those of the run.
  ///   - to: `peft`, `mlx` or `petl`.
  ///   - naming: the modules' names, an id of `SiteModules.all`; nil for timm's.
  ///   - model: `bare` for a model without the root that one with a head has, `head` for that one; nil for the
  ///     usual, `bare` of DINOv2 and else `head`.
  ///   - registry: the plugins that it may be made by.
  /// - Throws: `DiagnosticError` when it does not fit, or the format cannot hold it.
  public init(
    _ path: String, weights: String?, to: String, naming: String?, model: String? = nil,
    registry: PluginRegistry
  ) throws {
    if let language = try LanguageWeights.of(path, weights: weights, registry) {
      self = try Self.converting(
        path, language: language, to: to, naming: naming, model: model, registry: registry)
      return
    }
    let recipe = try AdapterMerging.backbone(
      AdapterMerging.Request(adapter: path, weights: weights), registry)
    let trained = try AdapterFile.backboneWeights(path, registry: registry)
    let checkpoint = try recipe.opened()
    let backbone = try checkpoint.backbone(
      imageSize: recipe.imageSize, dropPath: 0, precision: .single
    ) { trained.contains($0.name) }
    let loaded = try LoadedAdapter.read(path, for: backbone, registry: registry)
    let isStaged = backbone is Swin
    let names = SiteModules.all.filter { $0.hasStages == isStaged }
    let usual: SiteModules = isStaged ? .swin : .timm
    guard let named = naming == nil ? usual : names.first(where: { $0.name == naming }) else {
      let known = names.map(\.name)
      let nearest = naming.flatMap { nearestName(to: $0, among: known) }
      throw DiagnosticError(
        "there are no module names '\(naming ?? "")' for this network",
        hints: (nearest.map { ["did you mean '\($0)'?"] } ?? [])
          + ["expected one of \(known.joined(separator: ", "))"])
    }
    let modules = try Self.variant(of: named, model)
    if to == "petl", naming != nil {
      throw DiagnosticError("our own format names sites, not modules: leave --naming out")
    }
    format =
      switch to {
      case "peft": .peft(modules)
      case "mlx": .mlx(modules)
      default: .petl
      }
    contents = AdapterContents(loaded, on: backbone)
    if let objection = AdapterExport.objection(to: contents, as: format) {
      throw DiagnosticError(objection, hints: ["our own format holds every adapter: --to petl"])
    }
    source = loaded.format.rawValue + (loaded.naming.map { " (\($0.name))" } ?? "")
    let isBare = modules.isRooted ? "" : ", the bare model"
    target = to + (to == "petl" ? "" : " (\(modules.name)\(isBare))")
    tensors = contents.stored.count
    let dropsHead = to == "peft" && loaded.head != nil && !modules.holdsHead
    let positions =
      to == "petl" ? nil : try Self.positionNote(loaded, path, recipe, checkpoint, modules)
    notes =
      loaded.warnings.map { Note($0) } + [positions].compactMap { $0.map { Note($0) } }
      + (dropsHead ? ["the head is left out: the model has none of the same meaning"] : [])
  }

  /// That the adapter was trained at a size for which the library of the names resamples positions
  /// otherwise; nil where it does not.
  private static func positionNote(
    _ loaded: LoadedAdapter, _ path: String, _ recipe: BackboneRecipe,
    _ checkpoint: any BackboneCheckpoint, _ modules: SiteModules
  ) throws -> String? {
    let rule: PositionResampling = modules.name.hasPrefix("hf-") ? .transformers : .timm
    guard let own = checkpoint.positionResampling, own != rule,
      let size = try AdapterProbe(metadata: loaded.metadata, file: path)?.shape[1]
        ?? recipe.imageSize,
      size != checkpoint.outline.imageSize
    else { return nil }
    return
      "it was trained on images of \(size) px with positions resampled as \(own.rawValue) does; "
      + "\(rule.rawValue) resamples them otherwise, and the answers there differ: train with "
      + "backbone.position_resampling: \(rule.rawValue)"
  }

  /// The names for the model with a head or without one.
  private static func variant(of naming: SiteModules, _ model: String?) throws -> SiteModules {
    if let model, naming.root.isEmpty {
      throw DiagnosticError(
        "--model is '\(model)', but the names of '\(naming.name)' are the same with a head and without",
        hints: ["leave --model out"])
    }
    switch model {
    case nil: return naming.isUsuallyBare ? naming.bare : naming
    case "bare": return naming.bare
    case "head": return naming
    case let other?:
      throw DiagnosticError("--model is '\(other)'", hints: ["expected bare or head"])
    }
  }

  init(
    source: String, target: String, notes: [Note], _ contents: AdapterContents,
    _ format: AdapterExport.Format
  ) {
    (self.source, self.target, self.notes) = (source, target, notes)
    (self.contents, self.format) = (contents, format)
    tensors = contents.stored.count
  }

  /// Writes the folder.
  ///
  /// - Parameter folder: made if need be.
  /// - Throws: `DiagnosticError` when a file cannot be written.
  public func write(to folder: String) throws {
    try AdapterExport.write(contents, to: folder, as: format)
  }
}
