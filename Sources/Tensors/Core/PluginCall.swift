import CKernels

/// A call of a plugin's code: whose it is and for which site, so that a sentence that ends the program
/// (`require(_:_:)`) can say so.
///
/// The call is that of the thread that made it, of the workers that do its work, and of the gradients that
/// later go back through what it computed.
public final class PluginCall: Sendable {
  /// The plugin and the site, `regularizer 'crowding' at site 'blocks.3.query'`.
  let words: String

  /// Makes a call that can be entered again and again.
  ///
  /// - Parameters:
  ///   - plugin: kind and name, as in `adapter 'lora'`.
  ///   - site: the site's name; nil where it is for none, or for all.
  package init(_ plugin: String, site: String? = nil) {
    words = plugin + (site.map { " at site '\($0)'" } ?? "")
  }

  /// Runs `body` as a call of a plugin's code.
  ///
  /// - Parameters:
  ///   - plugin: kind and name, as in `regularizer 'crowding'`.
  ///   - site: the name of the site that it is for, as in `blocks.3.query`; nil for none, or for all.
  ///   - body: the plugin's work.
  /// - Returns: what `body` gives.
  /// - Throws: what `body` throws.
  public static func within<Result>(
    _ plugin: String, site: String? = nil, _ body: () throws -> Result
  ) rethrows -> Result {
    try PluginCall(plugin, site: site).run(body)
  }

  /// Runs `body` as no plugin's: for the network's own work that an optimizer asks for.
  package static func outside<Result>(_ body: () throws -> Result) rethrows -> Result {
    try enter(nil, body)
  }

  /// Runs `body` as this call.
  package func run<Result>(_ body: () throws -> Result) rethrows -> Result {
    try Self.enter(self, body)
  }

  /// The call that this thread works for.
  static var current: PluginCall? {
    // Safe: whoever set it holds it until it is set back.
    unsafe petl_call_current().map {
      unsafe Unmanaged<PluginCall>.fromOpaque($0).takeUnretainedValue()
    }
  }

  private static func enter<Result>(
    _ call: PluginCall?, _ body: () throws -> Result
  ) rethrows -> Result {
    let before = unsafe petl_call_scope(call.map { unsafe Unmanaged.passUnretained($0).toOpaque() })
    defer {
      _ = unsafe petl_call_scope(before)
      withExtendedLifetime(call) {}
    }
    return try body()
  }
}
