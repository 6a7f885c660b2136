import ArgumentParser
import Backbones
import Optimization
import PETL
import Recipes
import Synchronization

/// What a shell is told of words that depend on the program's plugins.
///
/// The shell asks the program itself, with `---completion` among the arguments.
enum Completions {
  private static let registry = Mutex<PluginRegistry?>(nil)

  /// Takes the plugins, where a shell asks.
  static func prepare(_ make: () throws -> PluginRegistry) {
    guard CommandLine.arguments.contains("---completion") else { return }
    let found = try? make()
    registry.withLock { $0 = found }
  }

  /// The names that `petl describe` knows.
  static var plugins: CompletionKind { words { names($0) + ["recipe"] } }

  /// Keys of a recipe, and values of a key that has a few.
  static var settings: CompletionKind {
    .custom { _, _, word in
      guard let registry = registry.withLock({ $0 }) else { return [] }
      return settings(word, registry)
    }
  }

  /// What `petl convert --to` takes.
  static var formats: CompletionKind {
    words { _ in
      (WeightNaming.all + WeightNaming.swins).map(\.id) + ["peft", "mlx", "petl", "hf", "gguf"]
    }
  }

  private static func words(_ all: @escaping @Sendable (PluginRegistry) -> [String])
    -> CompletionKind
  {
    .custom { _, _, word in
      guard let registry = registry.withLock({ $0 }) else { return [] }
      return all(registry).filter { $0.hasPrefix(word) }
    }
  }

  private static func names(_ registry: PluginRegistry) -> [String] {
    registry.adapters.map(\.descriptor.name) + registry.regularizers.map(\.descriptor.name)
      + registry.allOptimizers.map(\.descriptor.name) + registry.rules.map(\.descriptor.name)
      + registry.losses.map(\.descriptor.name)
  }

  /// `KEY=` for the keys that a word begins, and `KEY=VALUE` behind the sign.
  static func settings(_ word: String, _ registry: PluginRegistry) -> [String] {
    let values = Self.values(registry)
    guard let sign = word.firstIndex(of: "=") else {
      return values.keys.filter { $0.hasPrefix(word) }.sorted().map { $0 + "=" }
    }
    let key = String(word[..<sign])
    return (values[key] ?? []).map { "\(key)=\($0)" }.filter { $0.hasPrefix(word) }
  }

  /// Every key of a recipe with its values, where they are a few words.
  private static func values(_ registry: PluginRegistry) -> [String: [String]] {
    var found: [String: [String]] = [:]
    func add(_ options: [OptionDescriptor], below section: String = "") {
      for option in options where option.kind != "section" {
        let key = section + option.name.replacing("[]", with: ".0")
        let kind = option.kind.hasPrefix("one of ") ? option.kind.dropFirst(7) : ""
        let words = kind.split(separator: "|").map(String.init)
        found[key, default: []] += option.kind == "boolean" ? ["true", "false"] : words
      }
    }
    add(Recipe.descriptors(registry))
    for plugin in registry.adapters { add(plugin.options, below: "adapter.") }
    for plugin in registry.regularizers { add(plugin.options, below: "regularizers.0.") }
    for plugin in registry.rules { add(plugin.options, below: "rules.0.") }
    for plugin in registry.losses { add(plugin.options, below: "loss.") }
    for plugin in registry.allOptimizers { add(plugin.options, below: "optimizer.") }
    found["adapter.type"] = registry.adapters.map(\.descriptor.name)
    found["regularizers.0.type"] = registry.regularizers.map(\.descriptor.name)
    found["rules.0.type"] = registry.rules.map(\.descriptor.name)
    found["loss.type"] = registry.losses.map(\.descriptor.name)
    found["optimizer.type"] = registry.allOptimizers.map(\.descriptor.name)
    return found.mapValues { words in
      words.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
  }
}
