import Checkpoints
import Foundation
import PETL

extension RunFolder {
  /// Warns of plugin files that are not what a run was trained with: its adapter may compute something
  /// else with them.
  ///
  /// - Parameters:
  ///   - place: the folder of a run, or a folder or file of weights within.
  ///   - plugins: the plugin files that are loaded.
  /// - Returns: one for each file that changed; none of a place that no run left.
  public static func changedPlugins(at place: String, _ plugins: [PluginSource]) -> [Note] {
    var url = URL(fileURLWithPath: place)
    var parents = [url]
    for _ in 0..<2 {
      url.deleteLastPathComponent()
      parents.append(url)
    }
    let found = parents.first {
      FileKind.seen(at: $0.appendingPathComponent("run.json").path) != nil
    }
    guard let found, let folder = try? RunFolder(existing: found.path),
      let trained = try? folder.origin().program?.plugins
    else { return [] }
    return trained.compactMap { plugin in
      let now = plugins.first { $0.name == plugin.name }
      guard let now, now.digest != plugin.digest else { return nil }
      let next =
        folder.isCopy(now.path, of: plugin)
        ? "the run's own copy was edited" : folder.hint(for: plugin)
      return .warning(
        "\(place): the plugin file \(plugin.name) is not what it was when the run was trained "
          + "(\(plugin.digest.prefix(12)), now \(now.digest.prefix(12))): what is computed with it may "
          + "differ; \(next)")
    }
  }
}
