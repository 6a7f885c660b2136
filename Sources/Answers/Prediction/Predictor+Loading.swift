import AdapterFiles
import Backbones
import Checkpoints
import Datasets
import Networks
import PETL
import Recipes
import Training

extension Predictor {
  /// The network of a file of weights with its own head, or an adapter and the head that came with it.
  ///
  /// What is not given is what the adapter's file says that it was trained with, else what the weights
  /// say.
  ///
  /// - Parameters:
  ///   - weights: `embedded:NAME` or a path.
  ///   - path: of the adapter, as `LoadedAdapter.read` takes it; nil for none.
  ///   - imageSize: the side of the images in pixels.
  ///   - heads: of attention; nil for what the adapter's recipe or the weights say.
  ///   - normalization: how pixels become numbers; of weights alone see `WeightsPreprocessing`.
  ///   - choice: how images are resized; nil for petl's own way, or the adapter's.
  ///   - turnsByExif: whether images are turned as their Exif orientation says; nil for yes, or as the
  ///     adapter was trained.
  ///   - positions: how positions are resampled to the size; nil for as the adapter was trained, or as
  ///     the library of the names does.
  ///   - registry: the plugins that the adapter may be of.
  /// - Throws: `DiagnosticError` when weights or adapter cannot be read, or do not go together.
  public convenience init(
    weights: String, adapter path: String? = nil, imageSize: Int? = nil, heads: Int? = nil,
    normalization: Normalization? = nil, preprocessing choice: PreprocessingChoice? = nil,
    turnsByExif: Bool? = nil,
    positionResampling positions: BackboneRecipe.PositionResampling? = nil,
    registry: PluginRegistry
  ) throws {
    var notes: [Note] = []
    let kept = try path.map { try AdapterLocation($0).metadata() } ?? [:]
    // A recipe or a probe that cannot be read says nothing here; verifying the probe will say so.
    let recipe = kept[AdapterFile.recipeKey].flatMap { Recipe(stored: $0, registry) }
    // What the adapter was trained with is true of its weights, wherever they are now.
    var network = recipe?.backbone ?? BackboneRecipe(weights: weights)
    (network.weights, network.span, network.imageSpan) = (weights, nil, nil)
    (network.type, network.dropPath) = (.auto, 0)
    network.heads = heads ?? network.heads
    network.positionResampling = positions ?? network.positionResampling
    let checkpoint = try network.opened()
    let (store, _) = try WeightReference(weights).open()
    let trainedSize =
      (try? AdapterProbe(metadata: kept, file: path ?? ""))?.shape[1]
      ?? recipe?.backbone.imageSize
    // What an adapter was trained with counts before what lies beside the weights.
    let trainedWith = choice == nil ? try recipe.map { try Preprocessing($0.data) } : nil
    let stated =
      trainedWith == nil
      ? try WeightsPreprocessing(for: store, folder: WeightReference(weights).folder()) : nil
    var preprocessing = trainedWith ?? Preprocessing()
    var statedSize: Int?
    if let stated {
      (preprocessing, statedSize) = try stated.preprocessing(
        choice, normalization: normalization, notes: &notes)
    } else if let normalization {
      let trained = preprocessing.normalization
      preprocessing.normalization = normalization
      if normalization != trained {
        notes.append(
          Note(
            "normalization \(normalization.rawValue), though the adapter was trained with "
              + trained.rawValue))
      }
    } else {
      notes.append(
        "normalization \(preprocessing.normalization.rawValue): the adapter was trained with it")
    }
    if imageSize == nil, let trainedSize, trainedSize != checkpoint.outline.imageSize {
      notes.append("images of \(trainedSize) px, as the adapter was trained with")
    }
    if let imageSize, let trainedSize, imageSize != trainedSize {
      notes.append(
        "images of \(imageSize) px, though the adapter was trained with \(trainedSize) px")
    }
    if let note = TrainedPrecision.note(network.precision, used: network.precision) {
      notes.append(note)
    }
    let trained = try path.map { try AdapterFile.backboneWeights($0, registry: registry) } ?? []
    let backbone = try checkpoint.backbone(
      imageSize: imageSize ?? trainedSize ?? statedSize, dropPath: 0,
      precision: network.precision.frozen,
      training: { trained.contains($0.name) })
    if choice == nil, let stated {
      let remark = stated.remark(
        on: preprocessing, size: backbone.imageSize,
        otherwise: "; --preprocessing file does as it says")
      notes += [remark].compactMap { $0 }
    }
    let loaded = try path.map {
      try LoadedAdapter.read($0, for: backbone, registry: registry)
    }
    notes += loaded?.warnings.map { Note($0.message) } ?? []
    if let turnsByExif { preprocessing.turnsByExif = turnsByExif }
    let head = loaded?.head ?? backbone.pretrainedHead
    let count = head?.weight.shape[0] ?? 0
    let classes =
      loaded?.head == nil
      ? ClassNames.read(store.metadata, count: count) ?? checkpoint.labels
      : ClassNames.read(kept, count: count)
    self.init(
      name: path ?? weights, backbone: backbone, adapters: loaded?.adapters ?? .none, head: head,
      classes: classes?.count == count ? classes : nil,
      classesAreWords: loaded?.head != nil && recipe?.data.namesClasses == true,
      preprocessing: preprocessing,
      method: loaded?.methods.joined(separator: ", "), adapterMetadata: kept, notes: notes)
  }

  /// The model that a run ended with; the data it was trained on need not be there.
  ///
  /// - Parameters:
  ///   - run: the folder.
  ///   - registry: the plugins that its recipe may name.
  ///   - overrides: changes to the recipe, such as another path of the weights.
  /// - Throws: `DiagnosticError` when the folder does not fit its recipe.
  public convenience init(
    run: String, registry: PluginRegistry, overrides: [String] = []
  ) throws {
    let folder = try RunFolder(existing: run)
    let recipe = try folder.recipe(registry: registry, overrides: overrides)
    try recipe.require(.classification, of: folder.path)
    let path = try folder.lastCheckpoint(of: recipe)
    let file = try SafetensorsFile(path: path)
    guard let count = file.entry("head.weight")?.shape.first else {
      throw DiagnosticError("\(path): tensor 'head.weight' is missing")
    }
    let checkpoint = try recipe.backbone.opening {
      try recipe.backbone.opened()
    }
    let generator = RandomGenerator(seed: UInt64(recipe.seed))
    let size = recipe.backbone.imageSize
    let places = try TrainedPlaces(
      recipe.adapter, sites: checkpoint.sites(imageSize: size).selected(by: recipe.adapter),
      of: checkpoint.weights(imageSize: size))
    let adapters = try recipe.adapter.map {
      try AdapterSet($0.tuning, at: places.sites, generator: generator.split("adapters"))
    }
    let backbone = try checkpoint.backbone(
      imageSize: size, dropPath: 0, precision: recipe.backbone.precision.frozen,
      training: places.trains)
    let model = Model(
      backbone: backbone, adapters: adapters ?? .none, classes: count, generator: generator)
    try Checkpoint.load(path, into: model)
    // Folders from before the names were stored: from the data, where they are still there.
    let own = overrides.isEmpty ? recipe : try folder.recipe(registry: registry)
    let classes =
      ClassNames.read(file.metadata, count: count)
      ?? (try? Dataset(own.data))?.classes
    try self.init(
      name: run, backbone: backbone, adapters: model.adapters,
      head: (model.headWeight.value.detached(), model.headBias.value.detached()),
      classes: classes?.count == count ? classes : nil,
      classesAreWords: own.data.namesClasses,
      preprocessing: Preprocessing(recipe.data),
      data: recipe.data, batchSize: recipe.examplesAtOnce,
      method: recipe.adapter?.plugin.descriptor.name,
      adapterMetadata: (try? AdapterLocation(run).metadata()) ?? [:],
      notes: recipe.notes + folder.changes(recipe))
  }
}

extension Predictor {
  /// The network of a recipe with the head that came with its weights.
  ///
  /// - Throws: `DiagnosticError` when there is none, or the weights cannot be read.
  public convenience init(pretrained recipe: Recipe) throws {
    let weights = recipe.backbone.weights
    let checkpoint = try recipe.backbone.opening {
      try recipe.backbone.opened()
    }
    let backbone = try checkpoint.backbone(
      imageSize: recipe.backbone.imageSize, dropPath: 0,
      precision: recipe.backbone.precision.frozen,
      training: { _ in false })
    guard let head = backbone.pretrainedHead else {
      throw DiagnosticError("\(weights) has no head", hints: ["give the folder of a run instead"])
    }
    let metadata = try WeightReference(weights).open().store.metadata
    try self.init(
      name: weights, backbone: backbone, adapters: .none, head: head,
      classes: ClassNames.read(metadata, count: head.weight.shape[0]) ?? checkpoint.labels,
      preprocessing: Preprocessing(recipe.data), data: recipe.data, batchSize: recipe.examplesAtOnce
    )
  }
}
