import PETL

/// What a PEFT folder holds of a method whose form a plugin gives: tensors for each map, and for all.
public struct PEFTFolder {
  /// The tensors of one linear map.
  public struct Map {
    /// The path of the map in the backbone.
    public var module: String
    /// The tensors by the names of the form, in its shapes.
    public var tensors: [String: Tensor]
    /// The values of keys that are its own, where they are not those of the folder.
    public var settings: [String: PEFTValue]

    /// Makes the tensors of a map.
    public init(
      module: String, tensors: [String: Tensor], settings: [String: PEFTValue] = [:]
    ) {
      (self.module, self.tensors, self.settings) = (module, tensors, settings)
    }
  }

  /// The method, which has the form.
  public var method: any PEFTConvertible.Type
  /// The values of the form's keys.
  public var settings: [String: PEFTValue]
  /// The adapted linear maps.
  public var maps: [Map]
  /// The tensors that all maps share, by the names of the form.
  public var shared: [String: Tensor]
  /// The tensors of modules trained whole (`modules_to_save`).
  public var fullTensors: [PEFTAdapterFolder.FullTensor]
  /// Which biases of the network itself are held beside.
  public var bias = PEFTBias.none
  /// What is said of the model that the adapter is for, where a folder is written.
  public var task = PEFTTask()
  /// The backbone the adapter was trained on, for the record.
  public var baseModel: String?
  /// String pairs kept in the `__metadata__` of the safetensors file.
  public var metadata: [String: String]
  /// What reading found odd but harmless.
  public var warnings: [Diagnostic] = []
  /// What the configuration that it was read with says; nothing of contents that were made.
  public var claims = AdapterClaims.none

  /// Makes the contents of a folder; settings that are missing have the form's defaults.
  public init(
    _ method: any PEFTConvertible.Type, settings: [String: PEFTValue] = [:], maps: [Map],
    shared: [String: Tensor] = [:], fullTensors: [PEFTAdapterFolder.FullTensor] = [],
    baseModel: String? = nil, metadata: [String: String] = [:]
  ) {
    self.method = method
    self.settings = Dictionary(
      uniqueKeysWithValues: method.peftForm.keys.map { ($0.name, settings[$0.name] ?? $0.value) })
    self.maps = maps
    self.shared = shared
    self.fullTensors = fullTensors
    self.baseModel = baseModel
    self.metadata = metadata
  }

  /// Its type, keys and tensors.
  public var form: PEFTForm { method.peftForm }

  /// The most inputs that the shared tensors have; nil where they have none.
  package var mostInputs: Int? { longest(.inputs) }
  /// The most outputs that the shared tensors have; nil where they have none.
  package var mostOutputs: Int? { longest(.outputs) }

  private func longest(_ axis: PEFTTensor.Axis) -> Int? {
    (form.shared?.tensors ?? []).compactMap { tensor in
      tensor.shape.firstIndex(of: axis).flatMap { shared[tensor.name]?.shape[$0] }
    }.min()
  }

  /// The outputs and inputs of a map, as far as its own tensors say them.
  package func lengths(of map: Map) -> (inputs: Int?, outputs: Int?) {
    func length(_ axis: PEFTTensor.Axis) -> Int? {
      form.tensors.lazy.compactMap { tensor in
        tensor.shape.firstIndex(of: axis).flatMap { map.tensors[tensor.name]?.shape[$0] }
      }.first
    }
    return (length(.inputs), length(.outputs))
  }

  /// The values of the form's keys for a map.
  package func settings(of map: Map) -> [String: PEFTValue] {
    settings.merging(map.settings) { _, own in own }
  }

  /// Every tensor that the adapter of a map has.
  package func tensors(of map: Map) -> [String: Tensor] {
    map.tensors.merging(shared) { own, _ in own }
  }
}

extension PEFTForm {
  /// Where the tensor of a map lies in a file.
  func name(_ tensor: PEFTTensor, of module: String) -> String {
    PEFTNames.prefix + module + "." + tensor.name
  }

  /// Where a shared tensor lies in a file.
  func name(shared tensor: PEFTTensor) -> String { PEFTNames.sharedPrefix + tensor.name }

  /// A shape in words, with a word for each axis whose length is not known.
  func words(_ tensor: PEFTTensor, _ lengths: [Int?]) -> String {
    let axes = zip(tensor.shape, lengths).map { axis, length in
      length.map(String.init) ?? Self.word(axis)
    }
    return "[\(axes.joined(separator: ", "))]"
  }

  private static func word(_ axis: PEFTTensor.Axis) -> String {
    switch axis {
    case .inputs: "inputs"
    case .outputs: "outputs"
    case .inputBlocks(let size): "inputs / \(size)"
    case .outputBlocks(let size): "outputs / \(size)"
    case .outputMultiples(let count): "\(count) outputs"
    case .key(let key): key
    case .fixed(let length): "\(length)"
    case .any: "any"
    }
  }

  /// What is wrong with the shapes of a map's tensors, in words; nil when nothing is.
  ///
  /// - Parameters:
  ///   - shapes: The shapes by the names of the form, one for each tensor.
  ///   - names: The name of each tensor, for the words.
  ///   - settings: The values of the form's keys.
  ///   - most: The most inputs and outputs.
  /// - Returns: The names of the tensors with their shapes, found and expected.
  func fault(
    _ shapes: [String: [Int]], _ names: (PEFTTensor) -> String, _ settings: [String: PEFTValue],
    most: (inputs: Int?, outputs: Int?)
  ) -> String? {
    var known: [PEFTTensor.Axis: Int] = [:]
    let tensors = tensors.filter { shapes[$0.name] != nil || !$0.isOptional }
    func fits(_ tensor: PEFTTensor) -> Bool {
      let shape = shapes[tensor.name] ?? []
      guard shape.count == tensor.shape.count else { return false }
      let lengths = tensor.lengths(settings)
      return zip(zip(shape, lengths), tensor.shape).allSatisfy { pair, axis in
        if let wanted = pair.1 { return pair.0 == wanted }
        guard axis == .inputs || axis == .outputs else { return true }
        let limit = axis == .inputs ? most.inputs : most.outputs
        let first = known[axis, default: pair.0]
        known[axis] = first
        return pair.0 == first && pair.0 <= limit ?? .max
      }
    }
    if tensors.allSatisfy(fits) { return nil }
    let expected = tensors.map { tensor in
      let lengths = tensor.lengths(settings, inputs: most.inputs, outputs: most.outputs)
      let isBound = tensor.lengths(settings).contains(nil) && !lengths.contains(nil)
      return (isBound ? "at most " : "") + words(tensor, lengths)
    }
    let found = tensors.map { "\(shapes[$0.name] ?? [])" }
    let all = tensors.map { "`\(names($0))`" }
    return tensors.count == 1
      ? "tensor \(all[0]) has shape \(found[0]), expected \(expected[0])"
      : "tensors \(Self.list(all)) have shapes \(Self.list(found)), expected \(Self.list(expected))"
  }

  private static func list(_ words: [String]) -> String {
    words.dropLast().joined(separator: ", ") + " and " + (words.last ?? "")
  }
}
