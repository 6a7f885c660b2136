/// The path of an adapted map, and of the module that the configuration speaks of.
///
/// They are the same but for the output map of PyTorch's `MultiheadAttention`: PEFT adapts it together with
/// the attention, whose rank and alpha it has, and calls it `attn.base_layer.out_proj`.
struct PEFTModulePath {
  private static let output = ".base_layer.out_proj"

  /// The path in the backbone.
  let path: String
  /// The module that `target_modules`, `rank_pattern` and the like are matched with.
  let target: String
  /// How often PEFT adds the change.
  let times: Int

  /// Reads the path in a tensor's name.
  init(_ name: String) {
    guard name.hasSuffix(Self.output) else {
      (path, target, times) = (name, name, 1)
      return
    }
    target = String(name.dropLast(Self.output.count))
    path = target + ".out_proj"
    times = 2
  }
}
