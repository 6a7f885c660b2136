import Backbones
import Checkpoints
import Networks
import PETL
import Recipes

extension Inspection {
  /// Whose names some tensors have.
  ///
  /// - Parameters:
  ///   - store: the tensors.
  ///   - kind: what they are.
  ///   - heads: of attention, where nothing beside the weights says them.
  /// - Returns: a phrase, of weights that are no network here, why not; and what the user should know.
  static func naming(
    of store: any WeightStore, _ kind: Kind, heads: Int?
  ) -> (summary: String, notes: [Note]) {
    switch kind {
    case .checkpoint, .run, .petlAdapter:
      return ("petl's sites (version \(store.metadata["version"] ?? "unknown"))", [])
    case .peftAdapter: return ("PEFT" + modules(of: store), [])
    case .mlxAdapter: return ("mlx" + modules(of: store), [])
    case .weights: break
    }
    if let file = store as? GGUFFile { return naming(of: file) }
    if LanguageWeights.recognizes(store.name) { return language(store) }
    do {
      let checkpoint = try BackboneRecipe(weights: store.name) { $0.heads = heads }.opened()
      let (naming, outline) = (checkpoint.naming, checkpoint.outline)
      let classes = checkpoint.classes.map { "\($0) classes" } ?? "no head"
      let wrapper = checkpoint.store.wrapper
      let positions = checkpoint.positionResampling.map {
        ", positions resampled to other sizes as \($0.rawValue) does"
      }
      let summary =
        (wrapper.isEmpty ? "" : "behind `\(wrapper)`, ")
        + "\(naming.summary) (\(naming.id)): \(outline.summary)\(positions ?? ""), images of "
        + "\(outline.imageSize) px, \(classes)"
      return (summary, checkpoint.notes)
    } catch {
      return ("none that fits: \(reason(error, of: store))", [])
    }
  }

  /// The language model of a folder in words, or why it is none that is known.
  private static func language(_ store: any WeightStore) -> (summary: String, notes: [Note]) {
    do {
      let checkpoint = try LanguageCheckpoint.open(store.name)
      let classes = checkpoint.classes.map { ", \($0) classes" } ?? ""
      return (
        "\(checkpoint.naming.summary) (\(checkpoint.naming.id)): \(checkpoint.summary)\(classes)",
        checkpoint.notes
      )
    } catch {
      return ("a language model, none that fits: \(reason(error, of: store))", [])
    }
  }

  /// The network in a GGUF file in words, or why it is none that is known.
  private static func naming(of file: GGUFFile) -> (summary: String, notes: [Note]) {
    let format = "GGUF of version \(file.version)"
    do {
      let weights = try GGUFWeights(file)
      let (config, model) = (weights.configuration, weights.architecture.rawValue)
      func size(_ keys: String...) -> String {
        keys.lazy.compactMap { config[$0]?.whole }.first.map(String.init) ?? "?"
      }
      let summary =
        "\(format), \(model): \(size("num_hidden_layers", "n_layer")) layers of "
        + "\(size("hidden_size", "n_embd")), \(size("num_attention_heads", "n_head")) heads, "
        + "\(size("vocab_size")) tokens"
      return (summary, weights.notes)
    } catch {
      return ("\(format), no network that fits: \(reason(error, of: file))", [])
    }
  }

  /// The first of some mistakes without the name of the file, and how many more there are.
  private static func reason(_ error: any Error, of store: any WeightStore) -> String {
    let mistakes = (error as? DiagnosticError)?.diagnostics ?? []
    let first = mistakes.first?.message ?? "\(error)"
    let more = mistakes.count > 1 ? " (and \(mistakes.count - 1) more mistakes)" : ""
    let place = "\(store.name): "
    return (first.hasPrefix(place) ? String(first.dropFirst(place.count)) : first) + more
  }

  /// The network whose modules an adapter's tensors name, in words.
  private static func modules(of store: any WeightStore) -> String {
    let prefix = "base_model.model."
    // A tensor's own name is one part or two, `lora_A.weight`; which, only its method knows.
    let paths = store.entries.flatMap { entry -> [String] in
      let path = entry.name.hasPrefix(prefix) ? entry.name.dropFirst(prefix.count) : entry.name[...]
      let parts = path.split(separator: ".", omittingEmptySubsequences: false)
      return [1, 2].map { parts.dropLast($0).joined(separator: ".") }
    }
    let names = store.entries.map { entry in
      String(entry.name.hasPrefix(prefix) ? entry.name.dropFirst(prefix.count) : entry.name[...])
    }
    let naming = SiteModules.detected(in: Set(paths)) ?? .detectedLanguage(inTensors: names)
    return naming.map { ", modules of \($0.name)" }
      ?? ", modules of a network that is not known"
  }
}
