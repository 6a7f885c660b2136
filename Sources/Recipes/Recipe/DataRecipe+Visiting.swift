import PETL

extension DataRecipe {
  /// Declares the options of the section `data`.
  public mutating func visit(_ options: OptionReader) {
    options.choice(
      "type", &source,
      help:
        "embedded; safetensors (one file); vtab (VTAB-1K's lists); folder (of classes); csv; pairs "
        + "(JSON lines of images and captions); text (files of texts)")
    let isSourceKnown = options.diagnostics.isEmpty
    options.optionalString(
      "name", &name,
      help: "embedded: digits, shapes-class, shapes-count, …; vtab: the task, as caltech101"
    )
    options.optionalPath(
      "path", &path, help: "the file or folder; vtab: the folder that holds the tasks' folders")
    options.choice(
      "preset", &preset,
      help: "the options below as a published code base has them: petl-vit (FacT, Convpass), "
        + "noah, ssf, vpt, vpt-fgvc (with its augmentation), timm (augreg ViT)")
    // What a preset says is the default of its options.
    if !options.isWriting { apply(preset) }
    options.choice(
      "resize", &resize,
      help: "squash both sides (petl-vit, noah, vpt), or resize the shorter-side and cut out the "
        + "centre (ssf, vpt-fgvc, timm)")
    options.number(
      "crop", &crop, in: 0.01...1,
      help: "the side that is kept as a part of that which is resized to: timm's crop_pct, 0.9")
    options.choice(
      "interpolation", &interpolation,
      help: "bicubic or bilinear as Pillow, or plain-bilinear, not antialiased, as tf.image.resize "
        + "(vpt)")
    options.normalization(
      "normalization", &normalization,
      help: "how pixels become numbers, (x/255 − mean) / std; papers differ, so it is recorded")
    visitAugmentation(options)
    options.optionalInteger(
      "classes", &classes, in: 1...1_000_000,
      help: "vtab: of a task that is none of VTAB's; csv: where labels are numbers")
    options.optionalInteger(
      "shots", &shots, in: 1...1_000_000,
      help: "so many training images of each class, chosen by data.seed"
    )
    options.optionalNumber(
      "val_fraction", &validationFraction, in: 0.001...0.99,
      help:
        "folder, csv, text without val: this part of each class, chosen by data.seed; of one long text "
        + "the stretch before test")
    options.optionalNumber(
      "test_fraction", &testFraction, in: 0.001...0.99,
      help:
        "folder, csv, text without test: this part of each class, chosen by data.seed; of one long text "
        + "its end")
    options.integer(
      "seed", &seed, in: 0...Int.max,
      help: "of shots and fractions; not the run's, so that its seeds share their images")
    options.boolean(
      "exif", &exif,
      help:
        "turn images as their Exif or XMP orientation says, as Pillow's exif_transpose; off for "
        + "loaders that do not")
    // Turning is what a recipe without the key says, and always said.
    if exif { options.leaveOut("exif") }
    options.choice(
      "on_error", &onError, help: "images that cannot be decoded: fail, or skip and say so")
    options.boolean(
      "cache", &cache,
      help: "keep decoded images in $XDG_CACHE_HOME/petlkit (or ~/.cache/petlkit) for later runs")
    options.choice("train", &train, help: "the split to train on: train, or train+val")
    if source == .text { checkImageOptions(options) }
    span = options.span(of: source == .embedded ? "name" : "path")
    if isSourceKnown {
      checkPlace(options)
      checkOptions(options)
    }
  }

  /// A section that is there where it says something: other recipes are written without.
  private mutating func visitAugmentation(_ options: OptionReader) {
    if options.isWriting, augmentation.isNone, preset.augmentation.isNone { return }
    let reader = options.section(
      "augmentation", allowsNull: preset.augmentation.isNone,
      help: "how training images are changed at random, anew in each epoch")
    augmentation.visit(reader)
    if augmentation.isNone, preset.augmentation.isNone { options.leaveOut("augmentation") }
  }

  /// Reports what single options cannot see.
  ///
  /// - Parameter reader: of this section, which it was read from.
  func reportContradictions(_ reader: OptionReader) {
    if source != .text { augmentation.check(in: self, reader.section("augmentation", help: "")) }
  }

  /// Each source has keys of its own.
  private func checkPlace(_ reader: OptionReader) {
    func missing(_ key: String, _ hint: String) {
      reader.report("missing key '\(key)' in 'data'", hints: [hint])
    }
    switch source {
    case .embedded:
      if name == nil, !reader.isAbsent {
        let isTyped = reader.contains("type") || path == nil
        missing(
          "name",
          isTyped
            ? "try name: digits" : "try name: digits, or say of which type 'path' is: type: folder")
      }
      if path != nil {
        reader.report(
          "an embedded set has no 'path'", at: "path",
          hints: ["remove it, or set type: safetensors, vtab, folder or csv"])
      }
      return
    case .vtab:
      if path == nil { missing("path", "expected the folder that holds the tasks' folders") }
      if name == nil { missing("name", "expected a task, such as caltech101") }
      return
    case .safetensors:
      if path == nil { missing("path", "expected a .safetensors file") }
    case .folder:
      if path == nil { missing("path", "expected a folder with train/CLASS/*.jpg") }
    case .csv:
      if path == nil { missing("path", "expected a file of lines path,label") }
    case .text:
      if path == nil {
        missing(
          "path",
          "expected a file of texts, or a folder with train, val and test of .jsonl, .txt, .csv or .tsv"
        )
      }
    case .pairs:
      if path == nil {
        missing(
          "path", "expected a .jsonl file, or a folder with train.jsonl, val.jsonl, test.jsonl")
      }
    }
    if name != nil {
      reader.report(
        source == .safetensors
          ? "the name of a safetensors set is in its file"
          : "a set of type \(source.rawValue) is named after its path",
        at: "name", hints: ["remove it, or set type: embedded or vtab"])
    }
  }

  /// What is of images means nothing for texts.
  private func checkImageOptions(_ reader: OptionReader) {
    let ofImages = [
      "preset", "resize", "crop", "interpolation", "normalization", "augmentation", "exif",
      "on_error", "cache",
    ]
    for key in ofImages {
      reader.leaveOut(key)
      if reader.contains(key) {
        reader.report(
          "'data.\(key)' is of images, and these are texts", at: key, hints: ["remove it"])
      }
    }
  }

  /// An option that would change nothing is a mistake.
  private func checkOptions(_ reader: OptionReader) {
    func refuse(_ key: String, unless isFine: Bool, _ reason: String) {
      if !isFine { reader.report("'data.\(key)' \(reason)", at: key, hints: ["remove it"]) }
    }
    let cuts = source == .folder || source == .csv || source == .text
    let fractions = "is for type: folder, csv and text; this set has its own splits"
    refuse("val_fraction", unless: validationFraction == nil || cuts, fractions)
    refuse("test_fraction", unless: testFraction == nil || cuts, fractions)
    refuse(
      "classes", unless: classes == nil || source == .vtab || source == .csv,
      "is for type: vtab and csv; this set says its classes itself")
    refuse("shots", unless: shots == nil || source != .pairs, "is for images with classes")
    refuse("exif", unless: exif || source.isOfFiles, "is for images in files")
    refuse("on_error", unless: onError == .fail || source.isOfFiles, "is for images in files")
    if let val = validationFraction, let test = testFraction, val + test >= 1 {
      reader.report(
        "'data.val_fraction' and 'data.test_fraction' leave nothing to train on",
        at: "test_fraction", hints: ["their sum must be below 1"])
    }
  }
}
