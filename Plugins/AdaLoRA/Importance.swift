import PETL

/// How important the weights of AdaLoRA's triplets are: sensitivity times uncertainty, both smoothed.
///
/// Source: Zhang et al., arXiv 2303.10512, equations 8 to 10: I = |w · ∂L/∂w|, Ī ← β₁ Ī + (1 − β₁) I,
/// Ū ← β₂ Ū + (1 − β₂) |I − Ī|, s = Ī · Ū.
struct Importance {
  /// Ī and Ū by the site's name and the parameter's, such as `sensitivity.blocks.0.query.lora_A`.
  private(set) var tensors: [String: Tensor] = [:]

  init(_ tensors: [String: Tensor] = [:]) { self.tensors = tensors }

  /// Takes in a step.
  mutating func update(
    _ adapters: [AdaLoRA], _ gradients: StepGradients, _ options: AdaLoRAOptions
  ) {
    for adapter in adapters {
      for parameter in adapter.parameters {
        guard let gradient = gradients[parameter] else { continue }
        let name = "\(adapter.site.name).\(parameter.name)"
        let now = (parameter.value.detached() * gradient).abs()
        let sensitivity = Self.mean(tensors["sensitivity.\(name)"], now, options.beta1)
        tensors["sensitivity.\(name)"] = sensitivity
        tensors["uncertainty.\(name)"] = Self.mean(
          tensors["uncertainty.\(name)"], (now - sensitivity).abs(), options.beta2)
      }
    }
  }

  private static func mean(_ old: Tensor?, _ new: Tensor, _ beta: Double) -> Tensor {
    let part = new.scaled(by: Float(1 - beta))
    return old.map { $0.scaled(by: Float(beta)) + part } ?? part
  }

  /// The score of each rank of an adapter: that of its λ, and the means over both vectors', equation 7.
  func scores(of adapter: AdaLoRA) -> [Float] {
    func score(_ parameter: Parameter) -> Tensor {
      let name = "\(adapter.site.name).\(parameter.name)"
      guard let sensitivity = tensors["sensitivity.\(name)"],
        let uncertainty = tensors["uncertainty.\(name)"]
      else { return .zeros(parameter.value.shape) }
      return sensitivity * uncertainty
    }
    let vectors = score(adapter.down).mean(over: [1]) + score(adapter.up).mean(over: [1])
    return (score(adapter.diagonal) + vectors).values
  }
}
