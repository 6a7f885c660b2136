import PETL

/// Set to set, linear. Reconstruction of "normalized correlation between feature maps across a
/// batch" and "Frobenius norm of cross-covariance" (known from the paper's summary):
///
///     ‖ΔHᵢᵀ ΔHⱼ‖_F / (‖ΔHᵢ‖_F ‖ΔHⱼ‖_F) = |ρᵢⱼ|
///
/// where ρᵢⱼ is the correlation of sᵢ and sⱼ: the basis cancels and gets no gradient. Centring, the
/// exponent, the axis and the set are our choice.
extension ReSoRA {
  func linear(_ subspaces: Subspaces) -> Tensor {
    let exponent = Double(options.exponent)
    if options.axis == .tokens {
      // ‖ΔHᵢ ΔHⱼᵀ‖_F / (‖ΔHᵢ‖_F ‖ΔHⱼ‖_F) = |κᵢⱼ|: here the coefficients cancel.
      return subspaces.basisGram.correlation().offDiagonalMean(exponent: exponent)
    }
    let isCentered = options.centered && options.space == .features
    switch options.set {
    case .tokens:
      let gram = isCentered ? subspaces.centeredCoefficientGram : subspaces.coefficientGram
      return gram.correlation().offDiagonalMean(exponent: exponent)
    case .classToken:
      let gram = coefficients(of: subspaces).gram(centered: isCentered)
      return gram.correlation().offDiagonalMean(exponent: exponent)
    case .images:
      return alignment(rowsOfImages(subspaces, centered: isCentered), exponent: exponent)
    }
  }

  /// The correlation of the images' Gram matrices Kᵢ = SᵢSᵢᵀ, mean over pairs; our choice.
  ///
  /// That is (‖SᵢᵀSⱼ‖²_F / (‖SᵢᵀSᵢ‖_F ‖SⱼᵀSⱼ‖_F))^(p/2), again free of the basis, with Sᵢ [images,
  /// tokens of an image].
  private func alignment(_ rows: Tensor, exponent: Double) -> Tensor {
    let (r, images) = (rows.shape[0], rows.shape[1])
    // A constant factor for each subspace changes neither value nor gradient; it keeps the fourth
    // powers below in range, and is 0 for a dead subspace.
    let squares = noGradient { rows.squared().sum(over: [1, 2]) }.values
    let factors = squares.map { $0.squareRoot() <= Tensor.deadNorm ? 0 : 1 / $0.squareRoot() }
    let scaled = rows * Tensor(factors, shape: [r, 1, 1])
    let kernels = scaled.matmul(scaled, transposingOther: true).reshaped([r, images * images])
    return kernels.matmul(kernels, transposingOther: true).correlation()
      .offDiagonalMean(exponent: exponent / 2)
  }

  /// The coefficients image by image, [r, images, tokens of the longest], the mean image taken off.
  ///
  /// A place that a shorter text does not have takes no part in the mean and is 0 (our choice).
  func rowsOfImages(_ subspaces: Subspaces, centered: Bool) -> Tensor {
    let (rows, count) = (subspaces.rows, subspaces.count)
    let (images, longest) = (rows.lengths.count, rows.longest)
    if rows.isEven {
      let s = subspaces.coefficients.reshaped([images, longest, count])
      let elements = centered ? s - s.mean(over: [0], keepingAxes: true) : s
      return elements.transposed([2, 0, 1])
    }
    let starts = rows.starts
    var (places, isThere) = ([Int](), [Float]())
    for (image, length) in rows.lengths.enumerated() {
      for place in 0..<longest {
        places.append(place < length ? starts[image] + place : 0)
        isThere.append(place < length ? 1 : 0)
      }
    }
    let mask = Tensor(isThere, shape: [images, longest, 1])
    let s =
      subspaces.coefficients.gathered(places).reshaped([images, longest, count]) * mask
    guard centered else { return s.transposed([2, 0, 1]) }
    let shares = (0..<longest).map { place in
      1 / Float(rows.lengths.count { $0 > place })
    }
    let means =
      s.sum(over: [0], keepingAxes: true) * Tensor(shares, shape: [1, longest, 1])
    return ((s - means) * mask).transposed([2, 0, 1])
  }
}
