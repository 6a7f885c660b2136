import Backbones
import Checkpoints
import Networks
import PETL

extension AdapterConversion {
  /// An adapter of a language model, to be written in another format.
  ///
  /// - Throws: `DiagnosticError` when it does not fit, or the format cannot hold it.
  static func converting(
    _ path: String, language weights: String, to: String, naming: String?, model: String?,
    registry: PluginRegistry
  ) throws -> AdapterConversion {
    let checkpoint = try LanguageWeights.checkpoint(weights)
    let family = checkpoint.configuration.family
    let trained = try AdapterFile.backboneWeights(path, registry: registry)
    let network = try checkpoint.network { trained.contains($0.name) }
    let loaded = try LoadedAdapter.read(path, for: network, of: family, registry: registry)
    let own = SiteModules(family)
    if let naming, naming != own.name {
      throw DiagnosticError(
        "there are no module names '\(naming)' for \(family.title)",
        hints: ["expected \(own.name), or leave --naming out"])
    }
    if to == "petl", naming != nil || model != nil {
      throw DiagnosticError(
        "our own format names sites, not modules: leave --naming and --model out")
    }
    let modules = try variant(of: own, model, loaded)
    let format: AdapterExport.Format
    switch to {
    case "peft": format = .peft(modules)
    case "mlx":
      guard family != .gpt2 else {
        format = .mlx(.gpt2MLX)
        break
      }
      format = .mlx(modules)
    default: format = .petl
    }
    let contents = AdapterContents(loaded, on: network)
    if let objection = AdapterExport.objection(to: contents, as: format) {
      throw DiagnosticError(objection, hints: ["our own format holds every adapter: --to petl"])
    }
    let isBare = modules.isRooted ? "" : ", the bare model"
    let dropsHead = to == "peft" && loaded.textHead != nil && !modules.holdsHead
    return AdapterConversion(
      source: loaded.format.rawValue + (loaded.naming.map { " (\($0.name))" } ?? ""),
      target: to + (to == "petl" ? "" : " (\(modules.name)\(isBare))"),
      notes: loaded.warnings.map { Note($0) }
        + (dropsHead ? ["the head is left out: the bare model has none"] : []),
      contents, format)
  }

  /// The names for the model with a head or without one; those of the file where nothing is said.
  private static func variant(
    of naming: SiteModules, _ model: String?, _ loaded: LoadedAdapter
  ) throws -> SiteModules {
    switch model {
    case nil:
      if let found = loaded.naming { return found.isRooted ? naming : naming.bare }
      return loaded.family.map { SiteModules(of: $0, hasHead: loaded.textHead != nil) } ?? naming
    case "bare": return naming.bare
    case "head": return naming
    case let other?:
      throw DiagnosticError("--model is '\(other)'", hints: ["expected bare or head"])
    }
  }
}
