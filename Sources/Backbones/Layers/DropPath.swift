import PETL

/// Stochastic depth (Huang et al., arXiv 1603.09382) of one block's branches, as timm has it.
struct DropPath {
  /// The probability that a branch is left out for an image.
  let rate: Double

  /// The rate of one block: from 0 at the first, linearly, to the whole at the last.
  init(ofLayer layer: Int, depth: Int, last: Double) {
    require(
      last >= 0 && last < 1, "A drop-path of \(last) is not at least 0 and less than 1.")
    rate = depth > 1 ? last * Double(layer) / Double(depth - 1) : 0
  }

  /// One factor for each image of a pass, 0 or 1 / (1 − rate); none when drop-path is off.
  ///
  /// - Parameters:
  ///   - layer: with `branch` names the stream of random numbers.
  ///   - branch: `attention` or `mlp`.
  ///   - pass: off unless this is training.
  /// - Returns: as many factors as the pass has images.
  func factors(layer: Int, branch: String, pass: ForwardPass) -> [Float]? {
    guard pass.isTraining, rate > 0 else { return nil }
    let keep = 1 / Float(1 - rate)
    let stream = pass.generator.split("drop_path", layer).split(branch)
    return pass.uniformByImage(stream).map { $0 < Float(rate) ? 0 : keep }
  }
}
