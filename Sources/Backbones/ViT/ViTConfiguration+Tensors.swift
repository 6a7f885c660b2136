import PETL

extension ViTConfiguration {
  /// The tensors of the network under timm's names, without a head.
  public var weights: [BackboneWeight] { weights(normalizingAfterPooling: false) }

  /// The same of a network whose final norm may be `fc_norm`.
  public func weights(normalizingAfterPooling: Bool) -> [BackboneWeight] {
    tensors(normalizingAfterPooling: normalizingAfterPooling).map {
      BackboneWeight(name: $0.name, shape: $0.shape)
    }
  }

  /// The tensors of a network of these sizes under timm's names, in timm's order, without a head.
  ///
  /// - Parameter normalizingAfterPooling: whether the final norm is `fc_norm` instead of `norm`.
  /// - Returns: names and shapes.
  func tensors(normalizingAfterPooling: Bool = false) -> [(name: String, shape: [Int])] {
    let norm = normalizingAfterPooling ? "fc_norm" : "norm"
    var list: [(name: String, shape: [Int])] = []
    if hasClassToken { list.append(("cls_token", [1, 1, width])) }
    if registers > 0 { list.append(("reg_token", [1, registers, width])) }
    list += [
      ("pos_embed", [1, positions, width]),
      ("patch_embed.proj.weight", [width, 3, patchSize, patchSize]),
    ]
    if hasPatchBias { list.append(("patch_embed.proj.bias", [width])) }
    if normalizesFirst { list += [("norm_pre.weight", [width]), ("norm_pre.bias", [width])] }
    for layer in 0..<depth {
      list += blockTensors.map { ("blocks.\(layer).\($0.name)", $0.shape) }
    }
    return list + [("\(norm).weight", [width]), ("\(norm).bias", [width])]
  }

  private var blockTensors: [(name: String, shape: [Int])] {
    var block: [(name: String, shape: [Int])] = [
      ("norm1.weight", [width]), ("norm1.bias", [width]),
      ("attn.qkv.weight", [3 * width, width]), ("attn.qkv.bias", [3 * width]),
      ("attn.proj.weight", [width, width]), ("attn.proj.bias", [width]),
      ("ls1.gamma", [width]),
      ("norm2.weight", [width]), ("norm2.bias", [width]),
      ("mlp.fc1.weight", [mlpWidth, width]), ("mlp.fc1.bias", [mlpWidth]),
      ("mlp.fc2.weight", [width, mlpWidth]), ("mlp.fc2.bias", [width]),
      ("ls2.gamma", [width]),
    ]
    if !hasQueryKeyValueBias { block.removeAll { $0.name == "attn.qkv.bias" } }
    if !hasLayerScale { block.removeAll { $0.name.hasSuffix("gamma") } }
    return block
  }
}
