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
    DataRecipe {
      ($0.source, $0.name) = (.embedded, name)
      ($0.normalization, $0.train) = (normalization, train)
    }
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
    DataRecipe {
      ($0.source, $0.path) = (.safetensors, path)
      ($0.normalization, $0.train) = (normalization, train)
    }
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
    DataRecipe {
      ($0.source, $0.name, $0.path, $0.classes) = (.vtab, task, root, classes)
      $0.train = train
      $0.apply(preset)
    }
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
    DataRecipe {
      ($0.source, $0.path, $0.train) = (.folder, root, train)
      $0.apply(preset)
    }
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
    DataRecipe {
      ($0.source, $0.path, $0.train) = (.csv, path, train)
      $0.apply(preset)
    }
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
    DataRecipe {
      ($0.source, $0.path) = (.pairs, path)
      ($0.normalization, $0.train) = (normalization, train)
    }
  }
}
