import Foundation
import PETL

/// The factor of cosines is between 1 and 100, its logarithm between 0 and ln 100, as in CLIP.
struct LogitScaleGeometry: ParameterGeometry {
  let name = "logit-scale"
  static let range: ClosedRange<Float> = 0...Float(log(100.0))

  func settled(_ value: Tensor) -> Tensor {
    noGradient { value.clamped(to: Self.range) }
  }
}
