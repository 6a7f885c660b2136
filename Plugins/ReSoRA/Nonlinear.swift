import PETL

/// Set to set, nonlinear. That a radial kernel is used is the paper's (known from its
/// abstract/summary); reconstruction, as CKA (Kornblith et al., 2019):
///
///     tr(KᵢHKⱼH) / √(tr(KᵢHKᵢH) tr(KⱼHKⱼH)),  Kᵢ[x, y] = exp(−‖Δhᵢ(x) − Δhᵢ(y)‖² / (2σ²))
///
/// Rows of ΔHᵢ differ by |bᵢ| (sᵢ(x) − sᵢ(y)), so Kᵢ is the kernel of the numbers |bᵢ| sᵢ. Without
/// a `sigma`, σ is |bᵢ| times the median of |sᵢ(x) − sᵢ(y)|, and no gradient goes through that median:
/// |bᵢ| cancels and the basis gets no gradient. σ and the set are our choice.
///
/// A sample of the tokens (`sample`, our choice) takes the same of the kernel matrices' rows and columns.
extension ReSoRA {
  /// The similarity of kernel matrices.
  ///
  /// - Parameters:
  ///   - subspaces: that are compared.
  ///   - tokens: those that are looked at; nil for all.
  /// - Returns: the mean over pairs.
  func nonlinear(_ subspaces: Subspaces, tokens: [Int]? = nil) -> Tensor {
    if options.set == .images { return imageKernels(subspaces) }
    let whole = coefficients(of: subspaces)
    let s = tokens.map { whole.gathered($0) } ?? whole
    let gram = tokens == nil ? centeredGram(subspaces) : s.gram(centered: true)
    let columns = CoefficientColumns(s, gram: gram)
    let factors = factors(subspaces, columns.medians, isDead: columns.isDead)
    if options.method == .fourier,
      let kernels = columns.gaussianKernels(factors: factors.values)
    {
      return alignments(s, factors, kernels).correlation().offDiagonalMean()
    }
    let u = s * factors
    let t = u.transposed()
    let (r, n) = (t.shape[0], t.shape[1])
    let differences = t.reshaped([r, n, 1]) - t.reshaped([r, 1, n])
    return centeredAlignment(squaredDistances: differences.squared())
  }

  /// SᵀHS of the set's elements.
  private func centeredGram(_ subspaces: Subspaces) -> Tensor {
    options.set == .tokens
      ? subspaces.centeredCoefficientGram : coefficients(of: subspaces).gram(centered: true)
  }

  /// tr(KᵢHKⱼH) of the kernels of sᵢ; where factors depend on the basis, so that it gets its gradient.
  private func alignments(_ s: Tensor, _ factors: Tensor, _ kernels: [CosineSeries]) -> Tensor {
    guard factors.requiresGradient else { return s.kernelAlignments(kernels) }
    let values = factors.values
    let inBandwidths = zip(kernels, values).map { kernel, factor in
      CosineSeries(
        step: factor == 0 ? 0 : kernel.step / factor, weights: kernel.weights,
        center: kernel.center * factor)
    }
    return (s * factors).kernelAlignments(inBandwidths)
  }

  /// An element of the set is an image, all its tokens in one row; our choice.
  private func imageKernels(_ subspaces: Subspaces) -> Tensor {
    // Distances are the same without the mean image, and cancel less.
    let rows = rowsOfImages(subspaces, centered: true)
    let plain = CoefficientImages(rows)
    let factors = factors(subspaces, plain.medians, isDead: plain.isDead)
    let z = rows * factors.reshaped([subspaces.count, 1, 1])
    let squares = z.squared().sum(over: [2], keepingAxes: true)
    let products = z.matmul(z, transposingOther: true)
    let distances = squares + squares.transposed() - products.scaled(by: 2)
    return centeredAlignment(
      squaredDistances: distances.clamped(to: 0...Float.greatestFiniteMagnitude))
  }

  /// What coefficients are multiplied with to make the kernel's bandwidth 1, [r]: 1 / median, or
  /// |bᵢ| / σ; 0 for a dead subspace.
  private func factors(
    _ subspaces: Subspaces, _ medians: @autoclosure () -> [Double], isDead: [Bool]
  ) -> Tensor {
    guard let sigma = options.sigma else {
      return Tensor(zip(medians(), isDead).map { $1 || $0 == 0 ? 0 : Float(1 / $0) })
    }
    let living = Tensor(isDead.map { $0 ? 0 : Float(1 / sigma) })
    return basisNorms(subspaces.basisGram) * living
  }

  /// |bᵢ| = √Mᵢᵢ, [r]; 0 without a gradient for a dead one.
  private func basisNorms(_ gram: Tensor) -> Tensor {
    let r = gram.shape[0]
    let values = gram.values
    let norms = (0..<r).map { i -> Float in
      let norm = values[i * (r + 1)].squareRoot()
      return norm <= Tensor.deadNorm ? 0 : norm
    }
    return .custom(from: [gram], result: Tensor(norms)) { gradient in
      var slopes = [Float](repeating: 0, count: r * r)
      for (i, slope) in gradient.values.enumerated() where norms[i] != 0 {
        slopes[i * (r + 1)] = slope / (2 * norms[i])
      }
      return [Tensor(slopes, shape: [r, r])]
    }
  }

  /// CKA of kernels in full, from squared distances [r, n, n] in bandwidths.
  private func centeredAlignment(squaredDistances: Tensor) -> Tensor {
    let (r, n) = (squaredDistances.shape[0], squaredDistances.shape[1])
    let kernels = squaredDistances.scaled(by: -0.5).exp()
    let means = kernels.mean(over: [2], keepingAxes: true)
    let total = means.mean(over: [1], keepingAxes: true)
    let centered = (kernels - means - means.transposed() + total).reshaped([r, n * n])
    return centered.matmul(centered, transposingOther: true).correlation().offDiagonalMean()
  }
}
