/// A tensor of a module in a layer.
struct GGUFTensorName {
  let module: GGUFModule
  /// The number of the layer; nil outside of layers.
  let layer: Int?
  /// `weight` or `bias`.
  let suffix: String

  /// The name in a GGUF file.
  var gguf: String { filled(module.gguf) }
  /// Hugging Face's name.
  var library: String { filled(module.library) }

  /// How the numbers of this tensor differ; biases are not transposed, nor one larger.
  var change: GGUFModule.Change {
    switch module.change {
    case .transposed, .oneMore: suffix == "weight" ? module.change : .plain
    case .plain, .query, .key: module.change
    }
  }

  private func filled(_ pattern: String) -> String {
    pattern.split(separator: "*", omittingEmptySubsequences: false)
      .joined(separator: layer.map(String.init) ?? "") + "." + suffix
  }

  /// What a name of either side is; nil where no module has it.
  ///
  /// - Parameters:
  ///   - name: of a tensor.
  ///   - modules: of the architecture.
  ///   - pattern: the side that the name is of.
  init?(_ name: String, among modules: [GGUFModule], by pattern: (GGUFModule) -> String) {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard let last = parts.last, ["weight", "bias"].contains(last) else { return nil }
    let numbers = parts.filter { !$0.isEmpty && $0.allSatisfy { $0.isASCII && $0.isNumber } }
    guard numbers.count <= 1 else { return nil }
    let wanted = parts.dropLast().map { numbers.contains($0) ? "*" : String($0) }
      .joined(separator: ".")
    guard let module = modules.first(where: { pattern($0) == wanted }) else { return nil }
    layer = numbers.first.flatMap { Int($0) }
    if let layer, numbers.first != String(layer)[...] { return nil }
    (self.module, suffix) = (module, String(last))
  }
}
