import PETL

/// A query of so many inputs and outputs.
func site(_ inputs: Int, _ outputs: Int) -> AdaptationSite {
  AdaptationSite(kind: .query, layer: 0, inputWidth: inputs, outputWidth: outputs)
}

/// An adapter of a map with a weight and a bias of its own.
func bound<Plugin: Adapter>(
  _ type: Plugin.Type, _ options: Plugin.Options, _ site: AdaptationSite, seed: UInt64 = 1
) throws -> Plugin {
  let adapter = try Plugin(site: site, options: options, generator: RandomGenerator(seed: seed))
  (adapter as? any WeightBinding)?.bind(weight: weight(site), bias: .ones([site.outputWidth]))
  return adapter
}

/// The weight that `bound` gives.
func weight(_ site: AdaptationSite) -> Tensor {
  var stream = RandomGenerator(seed: 9)
  let count = site.inputWidth * site.outputWidth
  return Tensor(stream.normal(count), shape: [site.outputWidth, site.inputWidth])
}

/// Another value for every parameter.
func randomize(_ adapter: any Adapter, deviation: Float = 0.5, seed: UInt64 = 3) {
  var stream = RandomGenerator(seed: seed)
  for parameter in adapter.parameters {
    let noise = stream.normal(parameter.value.count, deviation: deviation)
    parameter.update(to: zip(parameter.value.values, noise).map { $0 + $1 })
  }
}

extension Tensor {
  /// The largest size of an element.
  var largest: Float { values.map { Swift.abs($0) }.max() ?? 0 }
}
