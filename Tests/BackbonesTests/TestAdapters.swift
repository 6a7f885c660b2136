import PETL

/// ΔH = tanh(x Dᵀ) U: no sum of subspaces, so it is added in full.
final class Bottleneck: Adapter {
  let parameters: [Parameter]
  /// D, [r, in], and U, [r, out]; leaves of a test's own, or the parameters' values.
  let down: Tensor
  let up: Tensor
  let placement: Placement

  init(down: Tensor, up: Tensor, placement: Placement = .parallel) {
    (self.down, self.up) = (down, up)
    self.placement = placement
    parameters = []
  }

  init(site: AdaptationSite, options: NoOptions, generator: RandomGenerator) {
    let values = randomFactors(site, generator)
    parameters = [Parameter("down", values.down), Parameter("up", values.up)]
    (down, up) = (parameters[0].value, parameters[1].value)
    placement = .parallel
  }

  func delta(of x: Tensor, in pass: ForwardPass) -> Tensor {
    x.matmul(down, transposingOther: true).tanh().matmul(up)
  }
}

/// ΔH = tanh(x Dᵀ) U once more, as a sum of subspaces.
final class SubspaceBottleneck: SubspaceDecomposable {
  let parameters: [Parameter]
  /// D, [r, in], and U, [r, out].
  let down: Tensor
  let up: Tensor
  let placement: Placement

  init(down: Tensor, up: Tensor, placement: Placement = .parallel) {
    (self.down, self.up) = (down, up)
    self.placement = placement
    parameters = []
  }

  init(site: AdaptationSite, options: NoOptions, generator: RandomGenerator) {
    let values = randomFactors(site, generator)
    parameters = [Parameter("down", values.down), Parameter("up", values.up)]
    (down, up) = (parameters[0].value, parameters[1].value)
    placement = .parallel
  }

  func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    Subspaces(coefficients: x.projected(onto: down).tanh(), basis: up, images: pass.images)
  }
}

/// Prompts that are given.
final class FixedPrompts: PromptAdapter {
  let parameters: [Parameter]
  let value: Tensor

  init(_ value: Tensor) {
    self.value = value
    parameters = []
  }

  init(site: AdaptationSite, options: NoOptions, generator: RandomGenerator) {
    var generator = generator
    let values = generator.normal(2 * site.outputWidth)
    parameters = [Parameter("prompts", Tensor(values, shape: [2, site.outputWidth]))]
    value = parameters[0].value
  }

  func prompts(in pass: ForwardPass) -> Tensor { value }
}

/// D and U of rank 3 that make a visible difference.
func randomFactors(
  _ site: AdaptationSite, _ generator: RandomGenerator, placement: Placement = .parallel
) -> (down: Tensor, up: Tensor) {
  var generator = generator
  let hasInput = !placement.isAfterSite && (site.kind.isLinear || site.kind.isBlock)
  let width = hasInput ? site.inputWidth : site.outputWidth
  let down = generator.normal(3 * width, deviation: 0.2)
  let up = generator.normal(3 * site.outputWidth, deviation: 0.2)
  return (
    Tensor(down, shape: [3, width]), Tensor(up, shape: [3, site.outputWidth])
  )
}
