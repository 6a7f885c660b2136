import PETL

extension DataRecipe {
  /// The preprocessing of a published code base: what the options are where they are not given.
  ///
  /// | preset | resize | crop | interpolation | normalization | read in |
  /// |---|---|---|---|---|---|
  /// | `petl-vit` | squash | 1 | bicubic | imagenet | PETL-ViT: FacT, Convpass (its Binary-Adapter baselines: `normalization: none`) |
  /// | `noah` | squash | 1 | bicubic | imagenet | NOAH with `--direct_resize --no_aug` |
  /// | `ssf` | shorter-side | 1 | bicubic | inception | SSF; interpolation and normalization are those of the network's configuration, here ViT's augreg |
  /// | `vpt` | squash | 1 | plain-bilinear | imagenet | VPT at commit 4410440 (PETL-ViT's author says that it does not normalise: `normalization: none`) |
  /// | `vpt-fgvc` | shorter-side | 0.875 | bilinear | imagenet | VPT's loader of fine-grained sets; training images: a random part, mirrored with 0.5 |
  /// | `timm` | shorter-side | 0.9 | bicubic | inception | timm's evaluation of ViT augreg (crop_pct 0.9) |
  /// | `none` | squash | 1 | bicubic | inception | our default |
  public enum Preset: String, CaseIterable, Sendable {
    /// No published one.
    case own = "none"
    /// PETL-ViT.
    case petlViT = "petl-vit"
    /// NOAH.
    case noah
    /// SSF.
    case ssf
    /// VPT.
    case vpt
    /// VPT, its fine-grained sets.
    case vptFGVC = "vpt-fgvc"
    /// timm.
    case timm

    /// What becomes of an image that is not square.
    public var resize: Resize { [.ssf, .vptFGVC, .timm].contains(self) ? .shorterSide : .squash }
    /// The side that is kept as a part of that which is resized to.
    public var crop: Double {
      switch self {
      case .timm: 0.9
      case .vptFGVC: 0.875
      default: 1
      }
    }
    /// How pixels are resampled.
    public var interpolation: Interpolation {
      switch self {
      case .vpt: .plainBilinear
      case .vptFGVC: .bilinear
      default: .bicubic
      }
    }
    /// How pixels become numbers.
    public var normalization: Normalization {
      switch self {
      case .petlViT, .noah, .vpt, .vptFGVC: .imagenet
      case .own, .ssf, .timm: .inception
      }
    }
    /// How training images are changed at random.
    public var augmentation: AugmentationRecipe {
      self == .vptFGVC
        ? AugmentationRecipe {
          $0.crop = .random
          $0.flip = 0.5
        } : AugmentationRecipe()
    }
  }

  /// Takes everything that a preset says.
  ///
  /// - Parameter preset: whose preprocessing.
  public mutating func apply(_ preset: Preset) {
    self.preset = preset
    resize = preset.resize
    crop = preset.crop
    interpolation = preset.interpolation
    normalization = preset.normalization
    augmentation = preset.augmentation
  }
}
