import PETL

/// ΔH = tanh(x Dᵀ) U: no sum of subspaces, so it is added in full.
final class Bottleneck: Adapter {
  let parameters: [Parameter]
  /// D, [r, in], and U, [r, out]: leaves of a test's own, or the parameters' values.
  private let leaves: [Tensor]
  let placement: Placement

  init(down: Tensor, up: Tensor, placement: Placement = .parallel) {
    leaves = [down, up]
    self.placement = placement
    parameters = []
  }

  init(site: AdaptationSite, options: NoOptions, generator: RandomGenerator) {
    let values = randomFactors(site, generator)
    parameters = [Parameter("down", values.down), Parameter("up", values.up)]
    leaves = []
    placement = .parallel
  }

  var down: Tensor { parameters.first?.value ?? leaves[0] }
  var up: Tensor { parameters.last?.value ?? leaves[1] }

  func delta(of x: Tensor, in pass: ForwardPass) -> Tensor {
    x.matmul(down, transposingOther: true).tanh().matmul(up)
  }
}

/// ΔH = tanh(x Dᵀ) U once more, as a sum of subspaces.
final class SubspaceBottleneck: SubspaceDecomposable {
  let parameters: [Parameter]
  /// D, [r, in], and U, [r, out]: leaves of a test's own, or the parameters' values.
  private let leaves: [Tensor]
  let placement: Placement

  init(down: Tensor, up: Tensor, placement: Placement = .parallel) {
    leaves = [down, up]
    self.placement = placement
    parameters = []
  }

  init(site: AdaptationSite, options: NoOptions, generator: RandomGenerator) {
    let values = randomFactors(site, generator)
    parameters = [Parameter("down", values.down), Parameter("up", values.up)]
    leaves = []
    placement = .parallel
  }

  var down: Tensor { parameters.first?.value ?? leaves[0] }
  var up: Tensor { parameters.last?.value ?? leaves[1] }

  func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    Subspaces(coefficients: x.projected(onto: down).tanh(), basis: up, images: pass.images)
  }
}

/// Prompts that are given.
final class FixedPrompts: PromptAdapter {
  let parameters: [Parameter]
  private let leaf: Tensor?
  var value: Tensor { leaf ?? parameters[0].value }

  init(_ value: Tensor) {
    leaf = value
    parameters = []
  }

  init(site: AdaptationSite, options: NoOptions, generator: RandomGenerator) {
    var generator = generator
    let values = generator.normal(2 * site.outputWidth)
    parameters = [Parameter("prompts", Tensor(values, shape: [2, site.outputWidth]))]
    leaf = nil
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
