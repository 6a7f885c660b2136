import PETL
import ReSoRA

/// The measures as their definitions read, on feature maps that are built in full.
///
/// Nothing here uses that a map has rank one.
struct Definition {
  let options: ReSoRAOptions

  /// ΔHᵢ, each [tokens, out]; in weight space ΔWᵢ, each [in, out].
  private func maps(_ subspaces: Subspaces) -> [Tensor] {
    if options.space == .features {
      return (0..<subspaces.count).map { subspaces.featureMaps.part($0) }
    }
    guard let directions = subspaces.directions else { preconditionFailure("no directions") }
    return (0..<subspaces.count).map { i in
      directions.part(i).reshaped([-1, 1]) * subspaces.basis.part(i).reshaped([1, -1])
    }
  }

  /// The mean over pairs i < j.
  func value(_ subspaces: Subspaces) -> Tensor {
    var maps = maps(subspaces)
    if options.measure == .nonlinear, options.sigma == nil {
      // The median distance of ΔHᵢ / |bᵢ|: the same value, and |bᵢ| cancels from the gradient too.
      for i in maps.indices { maps[i] = maps[i] / subspaces.basis.part(i).frobenius() }
    }
    let images = options.space == .features ? subspaces.images : 1
    var total = Tensor(0)
    for i in maps.indices {
      for j in maps.indices where j > i { total = total + pair(maps[i], maps[j], images) }
    }
    return total / Float(maps.count * (maps.count - 1) / 2)
  }

  private func pair(_ a: Tensor, _ b: Tensor, _ images: Int) -> Tensor {
    switch options.measure {
    case .euclidean: euclidean(a, b)
    case .cosine: cosine(a, b)
    case .linear: linear(set(a, images), set(b, images), images)
    case .nonlinear: nonlinear(set(a, images), set(b, images))
    case .auto: preconditionFailure("Which measure it is depends on the data.")
    }
  }

  /// exp(−β ‖difference‖² / d), of each token, or of the whole with the mean over tokens inside.
  private func euclidean(_ a: Tensor, _ b: Tensor) -> Tensor {
    let squares = (a - b).squared().mean(over: [1])
    let rate = -Float(options.beta)
    return options.over == .tokens
      ? squares.scaled(by: rate).exp().mean() : squares.mean().scaled(by: rate).exp()
  }

  private func cosine(_ a: Tensor, _ b: Tensor) -> Tensor {
    let (x, y) = options.over == .tokens ? (a, b) : (a.reshaped([1, -1]), b.reshaped([1, -1]))
    let norms = (x.squared().sum(over: [1]) * y.squared().sum(over: [1])).sqrt()
    let cosines = (x * y).sum(over: [1]) / norms
    if options.signed { return cosines.mean() }
    return (options.exponent == 2 ? cosines.squared() : cosines.abs()).mean()
  }

  /// The elements of the set as rows: tokens, whole images, or first tokens.
  private func set(_ map: Tensor, _ images: Int) -> Tensor {
    let perImage = map.shape[0] / images
    return switch options.set {
    case .tokens: map
    case .images: map.reshaped([images, perImage * map.shape[1]])
    case .classToken:
      map.reshaped([images, perImage, map.shape[1]]).sliced(axis: 1, 0..<1)
        .reshaped([images, map.shape[1]])
    }
  }

  private func linear(_ a: Tensor, _ b: Tensor, _ images: Int) -> Tensor {
    let isCentered = options.centered && options.space == .features
    let x = isCentered ? a - a.mean(over: [0], keepingAxes: true) : a
    let y = isCentered ? b - b.mean(over: [0], keepingAxes: true) : b
    let similarity: Tensor
    if options.set == .images {
      let k = x.matmul(x, transposingOther: true)
      let l = y.matmul(y, transposingOther: true)
      similarity = ((k * l).sum() / (k.frobenius() * l.frobenius())).sqrt()
    } else {
      let product =
        options.axis == .channels
        ? x.matmul(y, transposingSelf: true) : x.matmul(y, transposingOther: true)
      similarity = product.frobenius() / (x.frobenius() * y.frobenius())
    }
    return options.exponent == 2 ? similarity.squared() : similarity
  }

  /// tr(KHLH) / √(tr(KHKH) tr(LHLH)).
  private func nonlinear(_ a: Tensor, _ b: Tensor) -> Tensor {
    let (k, l) = (centeredKernel(a), centeredKernel(b))
    return (k * l).sum() / (k.frobenius() * l.frobenius())
  }

  /// HKH by multiplying with H, K by subtracting every row from every other.
  private func centeredKernel(_ x: Tensor) -> Tensor {
    let (n, d) = (x.shape[0], x.shape[1])
    let differences = x.reshaped([n, 1, d]) - x.reshaped([1, n, d])
    let squares = differences.squared().sum(over: [2])
    let sigmaSquared = options.sigma.map { Float($0 * $0) } ?? medianSquare(squares.values, n)
    let kernel = (squares / (-2 * sigmaSquared)).exp()
    let h = Tensor(
      (0..<n * n).map { ($0 / n == $0 % n ? 1 : 0) - 1 / Float(n) }, shape: [n, n])
    return h.matmul(kernel).matmul(h)
  }

  /// The lower median of the distances that are not zero, over pairs.
  private func medianSquare(_ squares: [Float], _ n: Int) -> Float {
    let pairs = (0..<n).flatMap { i in ((i + 1)..<max(n, i + 1)).map { squares[i * n + $0] } }
    let sorted = pairs.filter { $0 > 0 }.sorted()
    return sorted[(sorted.count - 1) / 2]
  }
}

extension Tensor {
  /// The i-th slice along the first axis, without that axis.
  func part(_ i: Int) -> Tensor {
    sliced(axis: 0, i..<i + 1).reshaped(Array(shape.dropFirst()))
  }

  /// The root of the sum of squares.
  func frobenius() -> Tensor { squared().sum().sqrt() }
}
