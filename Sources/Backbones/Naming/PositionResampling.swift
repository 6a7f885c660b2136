import PETL

/// Whose rule resamples position embeddings to another image size.
public enum PositionResampling: String, Sendable, CaseIterable {
  /// timm's and open_clip's: bicubic with antialias, PyTorch's `interpolate(antialias=True)`.
  case timm
  /// The one of transformers' `interpolate_pos_encoding=True`: bicubic without antialias; with it in
  /// DINOv2 with registers.
  case transformers

  /// Whether shrinking averages.
  ///
  /// - Parameter registers: how many register tokens the network has.
  /// - Returns: false of plain bicubic interpolation.
  func isAntialiased(registers: Int) -> Bool { self == .timm || registers > 0 }

  /// Resamples a grid of positions, laid out [side, side, width].
  func resampled(
    _ grid: [Float], registers: Int, from side: Int, to target: Int, width: Int
  ) -> [Float] {
    let resample =
      isAntialiased(registers: registers) ? resampleBicubicAntialiased : resampleBicubic
    return resample(grid, side, side, width, (target, target))
  }

  /// What was done, a sentence.
  func note(registers: Int, from side: Int, to target: Int, imageSize: Int) -> String {
    let filter =
      isAntialiased(registers: registers) ? "bicubic, antialias" : "bicubic, no antialias"
    return "position embeddings resampled from \(side)×\(side) to \(target)×\(target) "
      + "(\(filter), as \(rawValue) does) for images of \(imageSize) px"
  }
}

extension WeightNaming {
  /// How the library of these names resamples positions.
  public var positionResampling: PositionResampling {
    id.hasPrefix("hf-") ? .transformers : .timm
  }
}
