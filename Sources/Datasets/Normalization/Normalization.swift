/// How a byte becomes the number that a backbone sees: (x/255 − mean) / std, per channel.
///
/// The raw value is how recipes and metadata hold it: a name, or `ChannelStatistics.text`.
public enum Normalization: RawRepresentable, Sendable, Hashable {
  /// x/255, in 0…1 (the published LoRA and AdaptFormer baselines of VTAB-1K).
  case none
  /// The mean and deviation of ImageNet.
  case imagenet
  /// Mean and deviation 0.5, so −1…1 (the ViT weights of Google and timm's augreg).
  case inception
  /// The mean and deviation of CLIP's training images.
  case clip
  /// A mean and deviation of one's own.
  case custom(ChannelStatistics)

  /// The modes that have names.
  public static let named: [Normalization] = [.none, .imagenet, .inception, .clip]

  /// The name, or the mean and deviation as text.
  public var rawValue: String {
    switch self {
    case .none: "none"
    case .imagenet: "imagenet"
    case .inception: "inception"
    case .clip: "clip"
    case .custom(let statistics): statistics.text
    }
  }

  /// Reads what `rawValue` gives; nil for another text.
  public init?(rawValue: String) {
    if let mode = Self.named.first(where: { $0.rawValue == rawValue }) {
      self = mode
    } else if let statistics = ChannelStatistics(text: rawValue) {
      self = .custom(statistics)
    } else {
      return nil
    }
  }

  /// The mode with these statistics: one that has a name where all numbers are its own to the last
  /// bit of a 32-bit number.
  public init(_ statistics: ChannelStatistics) {
    let own = Self.custom(statistics)
    self =
      Self.named.first {
        $0.mean == own.mean && $0.standardDeviation == own.standardDeviation
      } ?? own
  }

  /// What is subtracted from x/255: red, green, blue.
  public var mean: [Float] {
    switch self {
    case .none: [0, 0, 0]
    case .imagenet: [0.485, 0.456, 0.406]
    case .inception: [0.5, 0.5, 0.5]
    case .clip: [0.48145466, 0.4578275, 0.40821073]
    case .custom(let statistics): statistics.mean.map { Float($0) }
    }
  }

  /// What the difference is divided by: red, green, blue.
  public var standardDeviation: [Float] {
    switch self {
    case .none: [1, 1, 1]
    case .imagenet: [0.229, 0.224, 0.225]
    case .inception: [0.5, 0.5, 0.5]
    case .clip: [0.26862954, 0.26130258, 0.27577711]
    case .custom(let statistics): statistics.deviation.map { Float($0) }
    }
  }

  /// The normalised value of every byte, laid out [3, 256].
  ///
  /// In 32-bit arithmetic and in torchvision's order: x/255, minus the mean, divided by the
  /// deviation; so equal to the last bit.
  var table: [Float] {
    zip(mean, standardDeviation).flatMap { mean, deviation in
      (0..<256).map { (Float($0) / 255 - mean) / deviation }
    }
  }
}
