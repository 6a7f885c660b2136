import PETL

/// The images or texts of a recipe.
public struct DataRecipe: PluginOptions {
  /// Where images or texts come from.
  public enum Source: String, CaseIterable, Sendable {
    /// A data set inside the program.
    case embedded
    /// A safetensors set.
    case safetensors
    /// A task of VTAB-1K: list files and images.
    case vtab
    /// Folders of classes.
    case folder
    /// A CSV file of paths and classes.
    case csv
    /// JSON lines of images and captions.
    case pairs
    /// Texts.
    case text

    /// Whether the images are files of their own, which are decoded for each network's size.
    public var isOfFiles: Bool { [.vtab, .folder, .csv, .pairs].contains(self) }
  }

  /// Where images come from.
  public var source = Source.embedded
  /// The name of an embedded set or of a task of VTAB-1K.
  public var name: String?
  /// The path of the file or folder.
  public var path: String?
  /// Whose preprocessing this is.
  public var preset = Preset.own
  /// What becomes of an image that is not square.
  public var resize = Resize.squash
  /// The side that is kept as a part of that which is resized to.
  public var crop = 1.0
  /// How pixels are resampled.
  public var interpolation = Interpolation.bicubic
  /// How pixels become numbers.
  public var normalization = Normalization.inception
  /// How training images are changed at random.
  public var augmentation = AugmentationRecipe()
  /// The number of classes, where the data do not say it.
  public var classes: Int?
  /// Images of each class to train on; nil for all.
  public var shots: Int?
  /// The part of each class of the training images that becomes the validation split.
  public var validationFraction: Double?
  /// The part of each class of the training images that becomes the test split.
  public var testFraction: Double?
  /// The seed of the choice of shots and of parts.
  public var seed = 0
  /// Whether images are turned as their Exif orientation says.
  public var exif = true
  /// What is done with an image that cannot be decoded.
  public var onError = OnError.fail
  /// Whether decoded images are kept in the user's cache folder for later runs.
  public var cache = true
  /// The images to train on.
  public var train = TrainSplit.train
  /// Where the section stands.
  @Place public var span: SourceSpan?

  /// The defaults, of no images.
  public init() {}

  /// The images that are trained on.
  public enum TrainSplit: String, CaseIterable, Sendable {
    /// The training split.
    case train
    /// The training and the validation split.
    case trainAndVal = "train+val"
  }

  /// What becomes of an image that is not square.
  public enum Resize: String, CaseIterable, Sendable {
    /// Both sides are resized to the network's.
    case squash
    /// The shorter side is resized, and the centre is cut out.
    case shorterSide = "shorter-side"
  }

  /// How pixels are resampled.
  public enum Interpolation: String, CaseIterable, Sendable {
    /// Pillow's bicubic.
    case bicubic
    /// Pillow's bilinear.
    case bilinear
    /// TensorFlow's bilinear, without antialiasing.
    case plainBilinear = "plain-bilinear"
  }

  /// What is done with an image that cannot be decoded.
  public enum OnError: String, CaseIterable, Sendable {
    /// The run ends with an error that names them all.
    case fail
    /// They are left out, and the run says so.
    case skip
  }
}

extension DataRecipe {
  /// What an example is, in the plural.
  package var unit: String { source == .text ? "texts" : "images" }
}
