import PETL

extension DataRecipe {
  /// A data set inside the program.
  ///
  /// - Parameters:
  ///   - name: digits, shapes-class, shapes-count, …
  ///   - normalization: how pixels become numbers.
  ///   - train: what is trained on.
  /// - Returns: the section of the images.
  public static func embedded(
    _ name: String, normalization: Normalization = .inception, train: TrainSplit = .train
  ) -> DataRecipe {
    DataRecipe(
      source: .embedded, name: name, normalization: normalization.rawValue, train: train.rawValue)
  }

  /// A safetensors set.
  ///
  /// - Parameters:
  ///   - path: of the file.
  ///   - normalization: how pixels become numbers.
  ///   - train: what is trained on.
  /// - Returns: the section of the images.
  public static func safetensors(
    _ path: String, normalization: Normalization = .inception, train: TrainSplit = .train
  ) -> DataRecipe {
    DataRecipe(
      source: .safetensors, path: path, normalization: normalization.rawValue,
      train: train.rawValue)
  }

  /// A task of VTAB-1K.
  ///
  /// - Parameters:
  ///   - root: the folder that holds the tasks' folders.
  ///   - task: the name of one.
  ///   - classes: the number of classes of a task that is none of VTAB's.
  ///   - preset: whose preprocessing.
  ///   - train: what is trained on.
  /// - Returns: the section of the images.
  public static func vtab(
    _ root: String, task: String, classes: Int? = nil, preset: Preset = .own,
    train: TrainSplit = .train
  ) -> DataRecipe {
    var data = DataRecipe(
      source: .vtab, name: task, path: root, classes: classes, train: train.rawValue)
    data.apply(preset)
    return data
  }

  /// Folders of classes.
  ///
  /// - Parameters:
  ///   - root: with folders train, val, test, or folders of classes.
  ///   - preset: whose preprocessing.
  ///   - train: what is trained on.
  /// - Returns: the section of the images.
  public static func folder(
    _ root: String, preset: Preset = .own, train: TrainSplit = .train
  ) -> DataRecipe {
    var data = DataRecipe(source: .folder, path: root, train: train.rawValue)
    data.apply(preset)
    return data
  }

  /// A CSV file of paths and classes.
  ///
  /// - Parameters:
  ///   - path: of the file.
  ///   - preset: whose preprocessing.
  ///   - train: what is trained on.
  /// - Returns: the section of the images.
  public static func csv(
    _ path: String, preset: Preset = .own, train: TrainSplit = .train
  ) -> DataRecipe {
    var data = DataRecipe(source: .csv, path: path, train: train.rawValue)
    data.apply(preset)
    return data
  }

  /// JSON lines of images and captions, for retrieval.
  ///
  /// - Parameters:
  ///   - path: of the file, or of a folder with a file for each split.
  ///   - normalization: how pixels become numbers.
  ///   - train: what is trained on.
  /// - Returns: the section of the images.
  public static func pairs(
    _ path: String, normalization: Normalization = .clip, train: TrainSplit = .train
  ) -> DataRecipe {
    DataRecipe(
      source: .pairs, path: path, normalization: normalization.rawValue, train: train.rawValue)
  }

  /// As a recipe holds it.
  package var written: ConfigurationNode {
    ConfigurationNode(writing: [
      ("type", .init(plain: source.rawValue)), ("name", name.map { .init(text: $0) }),
      ("path", path.map { .init(text: $0) }), ("preset", .init(plain: preset.rawValue)),
      ("resize", .init(plain: resize.rawValue)), ("crop", .init(plain: "\(crop)")),
      ("interpolation", .init(plain: interpolation.rawValue)),
      ("normalization", .init(normalization: normalization)),
      ("classes", classes.map { .init(plain: "\($0)") }),
      ("shots", shots.map { .init(plain: "\($0)") }),
      ("val_fraction", validationFraction.map { .init(plain: "\($0)") }),
      ("test_fraction", testFraction.map { .init(plain: "\($0)") }),
      ("exif", exif ? nil : .init(plain: "false")),
      ("seed", .init(plain: "\(seed)")), ("on_error", .init(plain: onError.rawValue)),
      ("cache", .init(plain: "\(cache)")), ("train", .init(plain: train)),
    ])
  }
}
