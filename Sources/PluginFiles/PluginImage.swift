import CProcess
import PETL

/// A shared object with plugins in it, loaded into this process for good.
struct PluginImage {
  /// The function that returns the stamp of an object that petl made.
  private static let stampFunction = "petl_plugin_stamp"

  /// Its types that are plugins, in the order of the source.
  let types: [Any.Type]

  /// Loads an object.
  ///
  /// - Parameters:
  ///   - path: absolute.
  ///   - name: of the plugin file, for messages.
  ///   - stamp: that of an object of this file, petl and compiler.
  /// - Throws: `DiagnosticError` when it is of another petl or compiler, or holds no plugin.
  init(loading path: String, name: String, stamp: String) throws {
    var reason: UnsafePointer<CChar>?
    guard let image = unsafe petl_load(path, &reason) else {
      let words = unsafe reason.map { unsafe String(cString: $0) } ?? "for no reason given"
      throw DiagnosticError("\(name): cannot be loaded", hints: [words])
    }
    guard let text = unsafe petl_text(image, Self.stampFunction),
      unsafe String(cString: text) == stamp
    else { throw DiagnosticError("\(name): was built for another petl or compiler") }
    types = unsafe try Self.types(of: image, name).filter(PluginRegistry.isPlugin)
    guard !types.isEmpty else {
      throw DiagnosticError(
        "\(name): there is no plugin in this file",
        hints: [
          "expected a type that is \(PluginRegistry.kindNames), is not private, and has no type parameters",
          "petl init plugin NAME --file writes one to start from",
        ])
    }
  }

  private static func types(
    of image: UnsafeMutableRawPointer, _ name: String
  ) throws -> [Any.Type] {
    var types: [Any.Type] = []
    let count = unsafe withUnsafeMutablePointer(to: &types) { list in
      unsafe petl_each_type(
        image,
        { metadata, list in
          // Metadata of a type and a value of `Any.Type` are the same pointer.
          unsafe list?.assumingMemoryBound(to: [Any.Type].self).pointee.append(
            unsafeBitCast(metadata, to: Any.Type.self))
        }, list)
    }
    guard count >= 0 else {
      throw DiagnosticError("\(name): plugin files are not supported on this system")
    }
    return types
  }

  /// A file of Swift that gives an object its stamp.
  static func stampSource(_ stamp: String) -> String {
    """
    @_cdecl("\(stampFunction)") public func petlPluginStamp() -> UnsafeRawPointer {
      UnsafeRawPointer((\(stamp.debugDescription) as StaticString).utf8Start)
    }

    """
  }
}
