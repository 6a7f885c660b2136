import PETL

/// LoRA-FA's gradient of B as PEFT's `LoraFAOptimizer` has it, for a frozen A:
/// g ← s⁻² (A Aᵀ + 10⁻⁸ I)⁻¹ g, with which s A ᵀ g comes nearest to the gradient of the whole weight.
///
/// PEFT then takes AdamW's step with ε = 10⁻⁶, which is the optimizer's business; on machines with bfloat16 it
/// computes the product in that precision, which is not done here.
public final class ProjectedGradients: TrainingRule {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "lora-fa", summary: "Projects the gradients of B",
    source: "Zhang et al., LoRA-FA, arXiv 2308.03303; PEFT's LoraFAOptimizer")

  /// It works on gradients of adapters.
  public let traits: RuleTraits = [.needsGradients, .needsAdapters]
  private var inverses: [ObjectIdentifier: Tensor] = [:]

  /// Makes the rule of a stage.
  public init(options: LoRAOptions) {}

  /// Projects the gradient of every B whose A is frozen.
  public func gradientsDidForm(_ gradients: inout RuleGradients, in context: RuleContext) {
    for entry in context.adapters.entries {
      guard let lora = entry.adapter as? LoRA, lora.options.frozenA == .projected,
        let gradient = gradients[lora.up]
      else { continue }
      gradients[lora.up] = noGradient { inverse(of: lora).matmul(gradient) }
    }
  }

  /// s⁻² (A Aᵀ + 10⁻⁸ I)⁻¹, [r, r]: a constant, as A is.
  private func inverse(of lora: LoRA) -> Tensor {
    if let known = inverses[ObjectIdentifier(lora)] { return known }
    let a = DoubleMatrix(lora.down.value)
    let gram = a.times(a, transposingOther: true) + 1e-8 * DoubleMatrix(identity: a.rows)
    let scale = lora.options.effectiveScale
    let found = (1 / (scale * scale) * gram.inverse()).tensor
    inverses[ObjectIdentifier(lora)] = found
    return found
  }
}
