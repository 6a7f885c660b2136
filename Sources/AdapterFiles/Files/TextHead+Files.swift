import Backbones
import Checkpoints
import PETL

/// The head of a language model as files hold it.
extension TextHead {
  /// Its tensors in our own format.
  var named: [(name: String, value: Tensor)] {
    var tensors = [("head.weight", weight)]
    if let bias { tensors.append(("head.bias", bias)) }
    if let pooler {
      tensors += [("head.pooler.weight", pooler.weight), ("head.pooler.bias", pooler.bias)]
    }
    return tensors
  }

  /// Its tensors under a library's names.
  func named(_ naming: SiteModules) -> [PEFTAdapterFolder.FullTensor] {
    typealias Whole = PEFTAdapterFolder.FullTensor
    func tensor(_ module: String?, _ end: String, _ value: Tensor?) -> [Whole] {
      guard let module, let value else { return [] }
      return [.init(name: "\(module).\(end)", shape: value.shape, values: value.values)]
    }
    return tensor(naming.pooler, "weight", pooler?.weight)
      + tensor(naming.pooler, "bias", pooler?.bias) + tensor(naming.head, "weight", weight)
      + tensor(naming.head, "bias", bias)
  }

  /// The head in a file of our own format; nil without one.
  ///
  /// - Throws: `DiagnosticError` for a tensor that is missing, or of another shape.
  init?(_ family: LanguageFamily, in file: SafetensorsFile, width: Int) throws {
    let names = ["head.pooler.weight", "head.pooler.bias", "head.weight", "head.bias"]
    let found = try names.map { name in
      try file.entry(name).map { Tensor(try file.floats(name), shape: $0.shape) }
    }
    try self.init(family, tensors: found, names: names, width: width, file: file.name)
  }

  /// The head among the whole tensors of a folder; nil without one.
  ///
  /// - Throws: `DiagnosticError` for a tensor that is missing, or of another shape.
  init?(
    _ family: LanguageFamily, in tensors: [PEFTAdapterFolder.FullTensor], _ naming: SiteModules,
    width: Int, path: String
  ) throws {
    let names = Self.names(naming)
    let found = names.map { name in
      tensors.first { $0.name == name }.map { Tensor($0.values, shape: $0.shape) }
    }
    try self.init(family, tensors: found, names: names, width: width, file: path)
  }

  /// The names that a library gives to pooler and head; no name of what it has not.
  static func names(_ naming: SiteModules) -> [String] {
    ["weight", "bias"].map { end in naming.pooler.map { "\($0).\(end)" } ?? "" }
      + ["weight", "bias"].map { "\(naming.head).\($0)" }
  }

  private init?(
    _ family: LanguageFamily, tensors: [Tensor?], names: [String], width: Int, file: String
  ) throws {
    guard tensors.contains(where: { $0 != nil }) else { return nil }
    let classes = tensors[2]?.shape.first ?? tensors[3]?.shape.first ?? 0
    let hasPooler = tensors[0] != nil || tensors[1] != nil
    let expected: [[Int]?] = [
      hasPooler && !family.isDecoder ? [width, width] : nil,
      hasPooler && !family.isDecoder ? [width] : nil, [max(1, classes), width],
      family.isDecoder ? nil : [max(1, classes)],
    ]
    var faults: [Diagnostic] = []
    for ((tensor, name), shape) in zip(zip(tensors, names), expected)
    where tensor?.shape != shape {
      let found = tensor.map { "has shape \($0.shape)" } ?? "is missing"
      faults.append(
        Diagnostic(
          "\(file): tensor `\(name)` \(found), expected \(shape.map { "\($0)" } ?? "none")"))
    }
    try faults.throwIfAny()
    guard let weight = tensors[2] else { return nil }
    self.init(
      family,
      pooler: tensors[0].flatMap { weight in tensors[1].map { (weight, $0) } }, weight: weight,
      bias: tensors[3])
  }
}

extension LoadedAdapter {
  /// The head of classes with all of its maps: a pooler that the file lacks is that of the weights.
  ///
  /// PEFT saves no pooler of BERT's. One that was made afresh for the training is lost then.
  ///
  /// - Parameter checkpoint: The weights that the adapter is for.
  /// - Returns: nil without a head.
  /// - Throws: `DiagnosticError` when neither the file nor the weights have the pooler.
  public func textHead(on checkpoint: LanguageCheckpoint) throws -> TextHead? {
    guard var head = textHead, head.pooler == nil, !head.family.isDecoder else { return textHead }
    guard let pooler = try checkpoint.pooler() else {
      throw DiagnosticError(
        "\(path): the head's first map (the pooler) is neither in the adapter nor in \(checkpoint.store.name)",
        hints: ["PEFT leaves it out unless `modules_to_save` names it: train it with that"])
    }
    head.pooler = pooler
    return head
  }
}
