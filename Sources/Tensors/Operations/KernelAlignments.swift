/// A kernel of numbers that depends on their difference only, as a sum of cosines:
/// κ(δ) = Σₖ wₖ cos(k step δ), k = 1, 2, ….
///
/// A constant may be left out where kernels are centred. Such a sum repeats itself with the period
/// 2π / step.
public struct CosineSeries: Sendable, Hashable {
  /// The lowest frequency, in radians for each unit of the numbers.
  public var step: Float
  /// w₁, w₂, …, not negative; empty for the kernel 0.
  public var weights: [Float]
  /// A number in the middle of those compared: angles are taken from it, and rounded the less.
  public var center: Float

  /// Makes a series.
  ///
  /// - Parameters:
  ///   - step: the lowest frequency, in radians for each unit of the numbers.
  ///   - weights: w₁, w₂, …, not negative.
  ///   - center: a number in the middle of those compared.
  public init(step: Float, weights: [Float], center: Float = 0) {
    self.step = step
    self.weights = weights
    self.center = center
  }
}

extension Tensor {
  /// The inner products tr(KᵢHKⱼH) of centred kernel matrices.
  ///
  /// Kᵢ compares the numbers of column i with one another: Kᵢ[x, y] = κᵢ(Xₓᵢ − Xᵧᵢ); H = 1 − 1/rows.
  /// That is HSIC (Gretton et al., 2005) without its factor 1/(rows − 1)²; computing it from a cosine
  /// series is our choice.
  ///
  /// With Fᵢ the cosines and sines of column i, weighted, this is ‖FᵢᵀHFⱼ‖²_F: time linear in the
  /// number of rows, and memory that does not depend on it.
  ///
  /// - Parameter kernels: κᵢ, one for each column.
  /// - Returns: [columns, columns]. This tensor is X, [rows, columns].
  public func kernelAlignments(_ kernels: [CosineSeries]) -> Tensor {
    require(
      rank == 2 && kernels.count == shape[1],
      "\(kernels.count) kernels do not fit columns of shape \(shape).")
    let layout = Kernels.HarmonicLayout(kernels)
    let (columns, width) = (kernels.count, layout.width)
    guard width > 0 else { return .zeros([columns, columns]) }
    let scatter = Tensor(uninitialized: [width, width])
    let means = Tensor(uninitialized: [width])
    Kernels.harmonicScatter(self, layout, into: scatter, means: means)
    let c = scatter.values
    // A product of features i, k and j, l counts wᵢₖ wⱼₗ times.
    let weights = kernels.flatMap { $0.weights.flatMap { [$0, $0] } }
    let owners = kernels.indices.flatMap { column in
      [Int](repeating: column, count: 2 * kernels[column].weights.count)
    }
    var sums = [Double](repeating: 0, count: columns * columns)
    for k in 0..<width {
      for l in 0..<width {
        let value = Double(c[k * width + l])
        sums[owners[k] * columns + owners[l]] +=
          Double(weights[k]) * Double(weights[l]) * value * value
      }
    }
    let result = Tensor(sums.map { Float($0) }, shape: [columns, columns])
    let x = detached()
    return .operation(result, [node]) { [node] dy, sink in
      let up = dy.values
      // The slope of column i's angle step, k-fold, comes with each of its features.
      let rates = kernels.flatMap { kernel in
        kernel.weights.indices.flatMap { index -> [Float] in
          let rate = Float(index + 1) * kernel.step * kernel.weights[index]
          return [rate, rate]
        }
      }
      var t = [Float](repeating: 0, count: width * width)
      for k in 0..<width {
        for l in 0..<width {
          let (i, j) = (owners[k], owners[l])
          t[k * width + l] =
            2 * (up[i * columns + j] + up[j * columns + i]) * rates[k] * weights[l]
            * c[k * width + l]
        }
      }
      sink.accumulate(to: node) { dx, adding in
        let own = adding ? Tensor(uninitialized: dx.shape) : dx
        Kernels.harmonicBackward(
          x, layout, Tensor(t, shape: [width, width]), means: means, into: own)
        if adding { Kernels.add(own, scaledBy: 1, to: dx) }
      }
    }
  }
}
