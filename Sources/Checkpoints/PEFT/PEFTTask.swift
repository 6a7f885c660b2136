/// What a folder of PEFT's says of the model that its adapter is for.
public struct PEFTTask: Sendable, Hashable {
  /// PEFT's `task_type`, such as `CAUSAL_LM`; nil for none.
  public var type: String?
  /// Whether the library keeps the weights of its maps [in, out], PEFT's `fan_in_fan_out`.
  public var isTransposed: Bool
  /// The module with all maps of the head in it, which is saved as one; nil where the head is its maps.
  public var headModule: String?

  /// Says what is known.
  public init(type: String? = nil, isTransposed: Bool = false, headModule: String? = nil) {
    (self.type, self.isTransposed, self.headModule) = (type, isTransposed, headModule)
  }

  /// Reads what a configuration says.
  ///
  /// `fan_in_fan_out` is taken where the maps of the tensors are those of a library that keeps them so.
  init(_ json: JSONValue, tensors: [String]) {
    let prefix = PEFTNames.prefix
    let paths = tensors.map { $0.hasPrefix(prefix) ? $0.dropFirst(prefix.count) : $0[...] }
    let head = "classifier"
    self.init(
      type: json["task_type"]?.text,
      isTransposed: json["fan_in_fan_out"]?.flag == true
        && SiteModules.detectedLanguage(inTensors: paths.map(String.init))?.isTransposed ?? false,
      headModule: paths.contains { $0.hasPrefix(head + ".out_proj.") } ? head : nil)
  }

  /// The modules that are saved whole, by the names that `modules_to_save` has for them.
  func saved(_ tensors: [PEFTAdapterFolder.FullTensor]) -> Set<String> {
    Set(
      tensors.filter { $0.role == .saved }.map { tensor in
        headModule.flatMap { tensor.module.hasPrefix($0 + ".") ? $0 : nil } ?? tensor.module
      })
  }

  /// The value of `task_type`.
  var json: JSONValue { type.map { .string($0) } ?? .null }
}
