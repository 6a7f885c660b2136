/// What wrappers around a network put before all names: `module.` (PyTorch's data parallel), `_orig_mod.`
/// (`torch.compile`), `model.` (Lightning), `backbone.` and the like.
public enum Wrapper {
  /// The names of wrappers (our choice).
  static let names = [
    "module", "_orig_mod", "model", "backbone", "encoder", "network", "net", "base_model",
    "student",
    "teacher", "image_encoder", "visual_encoder", "vision_encoder", "trunk",
  ]

  /// The shortest beginning that all names have, is made of wrappers, and leaves names that are known.
  ///
  /// - Parameters:
  ///   - names: Names of tensors or modules.
  ///   - isKnown: Whether the names are known without that beginning.
  /// - Returns: The beginning, with its last dot; nil when there is none.
  public static func prefix(of names: [String], isKnown: (String) -> Bool) -> String? {
    guard let first = names.first else { return nil }
    var wrapper = ""
    while wrapper.utf8.count < 64 {
      let next = first.dropFirst(wrapper.count).prefix { $0 != "." }
      guard Self.names.contains(String(next)) else { return nil }
      wrapper += next + "."
      guard names.allSatisfy({ $0.hasPrefix(wrapper) }) else { return nil }
      if isKnown(wrapper) { return wrapper }
    }
    return nil
  }

  /// What is said about a wrapper that is left out.
  ///
  /// - Parameters:
  ///   - wrapper: The beginning of all names.
  ///   - what: What has the names, `tensors`.
  /// - Returns: A sentence.
  public static func note(_ wrapper: String, _ what: String) -> String {
    "the names of all \(what) begin with `\(wrapper)`, taken for a wrapper around the network"
  }
}
