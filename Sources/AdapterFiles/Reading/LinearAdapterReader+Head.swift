import Backbones
import Checkpoints
import PETL

/// The head that an adapter brings.
extension LinearAdapterReader {
  /// The head of a folder of low-rank changes: saved whole, or the weights' own with a LoRA or another bias.
  ///
  /// - Throws: `DiagnosticError` when there is none to be changed, or it has other sizes.
  func head(
    of folder: PEFTAdapterFolder, _ naming: SiteModules
  ) throws -> (weight: Tensor, bias: Tensor)? {
    guard let change = folder.modules.first(where: { $0.module == naming.head }) else {
      return try head(folder.fullTensors, naming, bias: folder.bias)
    }
    let head = try head(changedBy: change, rslora: folder.rslora)
    let bias = try self.head(folder.fullTensors, naming, bias: folder.bias)?.bias
    return (head.weight, bias ?? head.bias)
  }

  /// The head that came with the weights, changed by a LoRA of its own (`all-linear` over a timm model).
  ///
  /// - Throws: `DiagnosticError` when there is no such head, or it has other sizes.
  private func head(
    changedBy module: PEFTLoRA, rslora: Bool
  ) throws -> (weight: Tensor, bias: Tensor) {
    guard let head = backbone.pretrainedHead, module.magnitude == nil,
      [module.bShape[0], module.aShape[1]] == head.weight.shape
    else {
      let found = backbone.pretrainedHead.map { "\($0.weight.shape)" } ?? "none"
      throw DiagnosticError(
        "\(path): the head `\(module.module)` is changed by a \(module.magnitude == nil ? "LoRA" : "DoRA") \(module.bShape[0]) × \(module.aShape[1]); the weights' own head is \(found)",
        hints: ["give the weights that the adapter was trained on, with their head"])
    }
    return noGradient {
      let (a, b) = (
        Tensor(module.a, shape: module.aShape), Tensor(module.b, shape: module.bShape)
      )
      let change = b.matmul(a).scaled(by: Float(module.scaling(rslora: rslora)))
      return (head.weight + change, head.bias)
    }
  }

  /// The head among the tensors that were saved whole.
  ///
  /// - Parameters:
  ///   - all: The whole tensors of the file.
  ///   - naming: The names of the modules.
  ///   - biases: Which biases the file holds: with all of them it may have the head's alone.
  /// - Returns: nil without one.
  /// - Throws: `DiagnosticError` for a head of another width.
  func head(
    _ all: [PEFTAdapterFolder.FullTensor], _ naming: SiteModules, bias biases: PEFTBias = .none
  ) throws -> (weight: Tensor, bias: Tensor)? {
    if readsTextHead { return nil }
    let (weightName, biasName) = ("\(naming.head).weight", "\(naming.head).bias")
    let tensors = all.filter { $0.name == weightName || $0.name == biasName }
    if format == .peft, !naming.hasSameHead, !tensors.isEmpty {
      let theirs =
        naming.isTower
        ? "the mean of the patches" : "the class token beside the mean of the patches"
      throw DiagnosticError(
        "\(path): the head `\(naming.head)` of '\(naming.name)' is on \(theirs), not on the class token",
        hints: ["leave the head out of the adapter, and give one with the weights"])
    }
    guard let weight = tensors.first(where: { $0.name == weightName }) else {
      guard let bias = tensors.first else { return nil }
      if biases == .all || bias.role == .addition, let head = backbone.pretrainedHead,
        head.bias.shape == bias.shape
      {
        let own = Tensor(bias.values)
        return (head.weight, bias.role == .addition ? noGradient { head.bias + own } : own)
      }
      throw DiagnosticError("\(path): there is `\(biasName)`, but no `\(weightName)`")
    }
    guard weight.shape.count == 2, weight.shape[0] > 0, weight.shape[1] == backbone.width else {
      throw DiagnosticError(
        "\(path): tensor `\(weightName)` has shape \(weight.shape), expected [classes, \(backbone.width)]"
      )
    }
    let classes = weight.shape[0]
    let bias = tensors.first { $0.name == biasName }
    guard bias == nil || bias?.shape == [classes] else {
      throw DiagnosticError(
        "\(path): tensor `\(biasName)` has shape \(bias?.shape ?? []), expected [\(classes)]")
    }
    return (
      Tensor(weight.values, shape: weight.shape),
      bias.map { Tensor($0.values) } ?? .zeros([classes])
    )
  }
}
