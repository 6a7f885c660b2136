import PETL

/// ΔH = tanh(x Dᵀ) U: no sum of subspaces, so it is added in full.
final class Bottleneck: Adapter {
  let parameters: [Parameter]
  /// D, [r, in], and U, [r, out]; leaves of a test's own, or the parameters' values.
  let down: Tensor
  let up: Tensor

  init(down: Tensor, up: Tensor) {
    (self.down, self.up) = (down, up)
    parameters = []
  }

  init(site: AdaptationSite, options: NoOptions, generator: RandomGenerator) {
    let values = randomFactors(site, generator)
    parameters = [Parameter("down", values.down), Parameter("up", values.up)]
    (down, up) = (parameters[0].value, parameters[1].value)
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

  init(down: Tensor, up: Tensor) {
    (self.down, self.up) = (down, up)
    parameters = []
  }

  init(site: AdaptationSite, options: NoOptions, generator: RandomGenerator) {
    let values = randomFactors(site, generator)
    parameters = [Parameter("down", values.down), Parameter("up", values.up)]
    (down, up) = (parameters[0].value, parameters[1].value)
  }

  func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    Subspaces(coefficients: x.projected(onto: down).tanh(), basis: up, images: pass.images)
  }
}

/// D and U of rank 3 that make a visible difference.
func randomFactors(
  _ site: AdaptationSite, _ generator: RandomGenerator
) -> (down: Tensor, up: Tensor) {
  var generator = generator
  let down = generator.normal(3 * site.inputWidth, deviation: 0.2)
  let up = generator.normal(3 * site.outputWidth, deviation: 0.2)
  return (
    Tensor(down, shape: [3, site.inputWidth]), Tensor(up, shape: [3, site.outputWidth])
  )
}
