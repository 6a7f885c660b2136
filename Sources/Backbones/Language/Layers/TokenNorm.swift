import PETL

/// A norm over a token's vector.
enum TokenNorm {
  case layer(NormLayer)
  case rootMeanSquare(NetworkWeight, epsilon: Float, addsOne: Bool)

  /// Takes the weights of a norm of the kind that the network has.
  init(
    _ name: String, _ weights: WeightProvider, width: Int, _ configuration: LanguageConfiguration
  ) {
    if configuration.hasRMSNorms {
      self = .rootMeanSquare(
        weights.weight("\(name).weight", [width]), epsilon: configuration.epsilon,
        addsOne: configuration.normsAddOne)
    } else {
      self = .layer(NormLayer(name, weights, width, configuration.epsilon))
    }
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    switch self {
    case .layer(let norm): norm(x)
    case .rootMeanSquare(let weight, let epsilon, let addsOne):
      x.rmsNorm(weight: weight.value, eps: epsilon, addsOne: addsOne)
    }
  }

  /// The same of each head, of [texts, tokens, heads · width].
  func callAsFunction(_ x: Tensor, headWidth: Int) -> Tensor {
    self(x.reshaped([-1, headWidth])).reshaped(x.shape)
  }
}
