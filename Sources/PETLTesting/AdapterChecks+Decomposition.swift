import PETL

extension AdapterChecks {
  /// Sums of subspaces may differ from ΔH by rounding only.
  private var tolerance: Float { 1e-5 }

  /// ΔH is the sum of the subspaces, and the subspaces are of this input.
  mutating func checkDecomposition(_ plugin: Plugin) {
    guard let decomposable = plugin as? any SubspaceDecomposable else { return }
    for training in [false, true] {
      let x = input()
      let subspaces = decomposable.subspaces(of: x, in: pass(training: training))
      guard subspaces.tokens == x.shape[0], subspaces.basis.shape[1] == site.outputWidth else {
        return note(
          "decomposition",
          "S \(subspaces.coefficients.shape) and B \(subspaces.basis.shape) are not of this site")
      }
      let images = pass().images
      if subspaces.images != images {
        note("decomposition", "the subspaces count \(subspaces.images) images, not \(images)")
      }
      let delta = plugin.delta(of: x, in: pass(training: training))
      let when = training ? " while training" : ""
      // What belongs to no subspace.
      let rest =
        subspaces.remainder.map { $0.coefficients.matmul($0.basis) } ?? .zeros(delta.shape)
      let sum = subspaces.featureMaps.sum(over: [0]) + rest
      if !(delta.distance(to: sum) <= tolerance) {
        note("decomposition", "ΔH is not the sum of the feature maps\(when)")
      }
      let product = subspaces.coefficients.matmul(subspaces.basis) + rest
      if !(delta.distance(to: product) <= tolerance) {
        note("decomposition", "ΔH is not S B\(when)")
      }
    }
    checkFactors(decomposable)
  }

  /// The linear factors are those of the subspaces.
  private mutating func checkFactors(_ plugin: any SubspaceDecomposable) {
    let x = input()
    let subspaces = plugin.subspaces(of: x, in: pass())
    guard let factors = plugin.linearFactors() else {
      if subspaces.directions != nil {
        note("decomposition", "there are input directions but no linear factors")
      }
      return
    }
    // What is linear and belongs to no subspace comes after the subspaces.
    let rows = subspaces.basis.shape[0]
    let all = factors.directions.shape[0]
    guard factors.directions.shape == [all, inputWidth], all >= rows,
      factors.basis.shape == [all, site.outputWidth]
    else {
      return note(
        "decomposition",
        "the linear factors have shapes \(factors.directions.shape) and \(factors.basis.shape)")
    }
    // With biases, S is linear up to what it is at x = 0.
    let constant = plugin.subspaces(of: .zeros(x.shape), in: pass()).coefficients
    let directions = factors.directions.sliced(axis: 0, 0..<rows)
    let coefficients = x.matmul(directions, transposingOther: true) + constant
    if plugin.mergedBias() == nil, constant.largest > 0 {
      note("decomposition", "S is not zero at x = 0 although there is no merged bias")
    }
    if !(coefficients.distance(to: subspaces.coefficients) <= tolerance) {
      note("decomposition", "x Aᵀ of the linear factors is not S")
    }
    if !(factors.basis.sliced(axis: 0, 0..<rows).distance(to: subspaces.basis) <= tolerance) {
      note("decomposition", "B of the linear factors is not that of the subspaces")
    }
  }

  /// x ΔWᵀ + Δb is ΔH for any input, where there is a ΔW.
  mutating func checkMerging(_ plugin: Plugin) {
    guard let merged = plugin.mergedDelta() else { return }
    guard merged.shape == [site.outputWidth, inputWidth] else {
      return note("merging", "ΔW has shape \(merged.shape), which is not [out, in]")
    }
    let bias = plugin.mergedBias() ?? .zeros([site.outputWidth])
    guard bias.shape == [site.outputWidth] else {
      return note("merging", "Δb has shape \(bias.shape), which is not [out]")
    }
    if merged.requiresGradient || bias.requiresGradient {
      note("merging", "ΔW is still part of a graph")
    }
    for name in ["input", "merged"] {
      let x = input(name)
      let delta = plugin.delta(of: x, in: pass())
      let product =
        x.matmul(merged, transposingOther: true)
        + bias.broadcast(to: [x.shape[0], site.outputWidth])
      let distance = product.distance(to: delta)
      if !(distance <= tolerance) {
        note("merging", "x ΔWᵀ + Δb differs from ΔH by \(distance) relative")
        return
      }
    }
  }
}
