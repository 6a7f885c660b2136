/// The rates of products with frozen weights, by everything that can multiply them.
package enum ProductBenchmark {
  /// One product: x [rows, in] with a weight [out, in].
  package struct Product: Sendable {
    /// What it belongs to, such as "ViT-B/16, batch 8".
    package let model: String
    /// The rows of the input: batch times tokens.
    package let rows: Int
    /// The length of an input row.
    package let input: Int
    /// The length of an output row.
    package let output: Int
  }

  /// A direction of a map.
  package enum Direction: String, CaseIterable, Encodable, Sendable {
    /// y = x Wᵀ + bias.
    case forward
    /// dx = dy W.
    case backward
  }

  /// What was measured of one product in one direction.
  package struct Rate: Encodable, Sendable {
    /// What multiplied, such as "onednn mixed".
    package let backend: String
    /// 10⁹ operations a second in the fastest round.
    package let best: Double
    /// The same in the median round.
    package let median: Double
  }

  /// The products of one block of ViT-B/16 at two batches, of ViT-Ti/16 and of vit-micro: the fused
  /// qkv, the attention's output, and the two of the MLP.
  package static let usual: [Product] = [
    ("ViT-B/16, batch 8", 1576, 768), ("ViT-B/16, batch 1", 197, 768),
    ("ViT-Ti/16, batch 32", 6304, 192), ("vit-micro, batch 64", 4160, 128),
  ].flatMap { model, rows, width in
    [(width, 3 * width), (width, width), (width, 4 * width), (4 * width, width)].map {
      Product(model: model, rows: rows, input: $0.0, output: $0.1)
    }
  }

  /// Measures one product by every backend that is there, one after the other in each round.
  ///
  /// - Parameters:
  ///   - product: what is multiplied, with random values.
  ///   - direction: the map's direction.
  ///   - rounds: how many count, after one that does not.
  /// - Returns: rates in 10⁹ operations a second, OpenBLAS first, then own and oneDNN for each precision.
  package static func measure(_ product: Product, _ direction: Direction, rounds: Int) -> [Rate] {
    var generator = RandomGenerator(seed: 0)
    func random(_ rows: Int, _ cols: Int) -> Tensor {
      Tensor(generator.normal(rows * cols), shape: [rows, cols])
    }
    let weight = random(product.output, product.input)
    let bias = random(1, product.output).reshaped([product.output])
    let x = random(product.rows, product.input)
    let dy = random(product.rows, product.output)
    let target = Tensor(uninitialized: direction == .forward ? dy.shape : x.shape)
    let backends = maps(weight, bias)
    var seconds = backends.map { _ in [Double]() }
    let clock = ContinuousClock()
    for round in 0...rounds {
      for (index, backend) in backends.enumerated() {
        let time = clock.measure {
          switch direction {
          case .forward: backend.map.apply(to: x, into: target)
          case .backward: backend.map.applyTransposed(to: dy, into: target, adding: false)
          }
        }
        if round > 0 { seconds[index].append(time / .seconds(1)) }
      }
    }
    let work = 2e-9 * Double(product.rows * product.input * product.output)
    return zip(backends, seconds).map { backend, times in
      let sorted = times.sorted()
      return Rate(
        backend: backend.name, best: work / sorted[0], median: work / sorted[sorted.count / 2])
    }
  }

  private static func maps(_ weight: Tensor, _ bias: Tensor) -> [(name: String, map: any FrozenMap)]
  {
    var result: [(name: String, map: any FrozenMap)] = [
      ("openblas fp32", DenseFrozenMap(weight: weight, bias: bias))
    ]
    for precision in FrozenPrecision.allCases {
      let own = FrozenProducts.own(weight: weight, bias: bias, precision: precision)
      result.append(("own \(precision.rawValue)", own))
      let library = OneDNNFrozenMap(weight: weight, bias: bias, precision: precision)
      if let library { result.append(("onednn \(precision.rawValue)", library)) }
    }
    return result
  }
}
