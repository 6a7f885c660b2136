import Datasets

/// How a configuration says that an image becomes as large as the network takes it.
package struct StatedResize {
  /// What it says, a phrase that goes on after the file's name.
  package var words: String
  /// What is done about the shape of an image; nil where that is none of ours.
  var resize: Preprocessing.Resize?
  /// The side that is kept as a part of that which is resized to.
  var crop = 1.0
  /// Whether it is cut out as transformers does.
  var cutsLessFirst = false
  /// How pixels are resampled; nil where that is none of ours.
  var interpolation: Preprocessing.Interpolation?
  /// The side of what the network gets, in pixels; nil where it says none.
  package var side: Int?

  /// How pixels become what it says, where that can be done here.
  package func preprocessing(_ normalization: Normalization) -> Preprocessing? {
    guard let resize, let interpolation else { return nil }
    var done = Preprocessing(
      resize: resize, crop: crop, interpolation: interpolation, normalization: normalization)
    done.cutsLessFirst = cutsLessFirst
    return done
  }

  /// Whether it says what is done.
  func isSame(as other: Preprocessing, size: Int) -> Bool {
    guard var own = preprocessing(other.normalization) else { return false }
    // A pixel to one side is no other way.
    own.cutsLessFirst = other.cutsLessFirst
    return own == other && side ?? size == size
  }

  /// The part of `resized` that `kept` is, so that the way back gives `resized` and not a pixel less.
  static func crop(_ kept: Int, of resized: Int) -> Double {
    var part = Double(kept) / Double(resized)
    while Int((Double(kept) / part).rounded(.down)) < resized { part = part.nextDown }
    return part
  }
}

extension Preprocessing {
  /// What is done to an image, a phrase.
  func words(size: Int) -> String {
    let side = max(size, Int((Double(size) / crop).rounded(.down)))
    let what =
      resize == .squash
      ? "both sides are resized to \(side)" : "the shorter side is resized to \(side)"
    let cut = side == size && resize == .squash ? "" : " and \(size) are cut out"
    return "\(what) (\(interpolation.rawValue))\(cut)"
  }
}
