import Checkpoints
import Datasets

extension StatedPreprocessing {
  /// Reads timm's `pretrained_cfg`.
  init(timm keys: inout ConfigurationKeys) {
    self.init(file: keys.file)
    readStatistics(&keys)
    let filter = readFilter(&keys)
    let mode = keys.text("crop_mode") ?? "center"
    let part = keys.positive("crop_pct")
    if let part, part > 1 {
      keys.complain("crop_pct", .number(part), "a part, above 0 and at most 1")
    }
    let side = readInputSize(&keys)
    if filter != nil || part != nil || keys.has("crop_mode") {
      // timm's own values where the file is silent.
      let (crop, filter) = (min(1, part ?? 0.875), filter ?? "bicubic")
      var stated = StatedResize(words: "", crop: crop, side: side)
      stated.interpolation = Preprocessing.Interpolation(rawValue: filter)
      switch mode {
      case "center": stated.resize = .shorterSide
      case "squash": stated.resize = .squash
      case "border": break
      default: keys.complain("crop_mode", .string(mode), "center, squash or border")
      }
      stated.words = "says crop_pct \(crop), crop_mode \(mode), interpolation \(filter)"
      resize = stated
    }
    // What the network is, and where it is from.
    keys.skip(
      "fixed_input_size", "min_input_size", "test_input_size", "test_crop_pct", "pool_size",
      "first_conv", "classifier", "tag", "custom_load", "license", "url", "file", "hf_hub_id",
      "hf_hub_filename", "source", "architecture", "num_classes", "label_offset", "label_names",
      "label_descriptions", "notes", "origin_url", "paper_name", "paper_ids", "description",
      "state_dict", "num_features", "global_pool", "model_args", "hf_hub", "title", "strict",
      "pretrained_cfg", "head_init", "train_cfg", "library_name", "license_link", "features_only")
  }

  /// Reads open_clip's `preprocess_cfg`.
  init(openCLIP keys: inout ConfigurationKeys) {
    self.init(file: keys.file)
    readStatistics(&keys)
    let filter = readFilter(&keys)
    let mode = keys.text("resize_mode")
    let size = keys.size("size", isSquare: true)
    if filter != nil || mode != nil || size != nil {
      let (filter, mode) = (filter ?? "bicubic", mode ?? "shortest")
      var stated = StatedResize(words: "says resize_mode \(mode), interpolation \(filter)")
      stated.interpolation = Preprocessing.Interpolation(rawValue: filter)
      switch mode {
      case "shortest": stated.resize = .shorterSide
      case "squash": stated.resize = .squash
      case "longest": break
      default: keys.complain("resize_mode", .string(mode), "shortest, longest or squash")
      }
      if let size {
        stated.words += ", size \(size.words)"
        if case .square(let side) = size { stated.side = side } else { stated.resize = nil }
      }
      resize = stated
    }
    if let mode = keys.text("mode"), mode != "RGB" {
      keys.refuse("mode", .string(mode), "images are given as red, green, blue here")
    }
    // Only what stands over beside a longest side is filled.
    keys.skip("fill_color")
  }

  private mutating func readStatistics(_ keys: inout ConfigurationKeys) {
    let mean = keys.channels("mean")
    let deviation = keys.channels("std", areDeviations: true)
    if let mean, let deviation {
      normalization = ChannelStatistics(mean: mean, deviation: deviation).map { Normalization($0) }
    } else if mean != nil || deviation != nil {
      notes.append("\(file) says only one of mean and std, so neither is used")
    }
  }

  private func readFilter(_ keys: inout ConfigurationKeys) -> String? {
    guard let name = keys.text("interpolation") else { return nil }
    let known = ["nearest", "bilinear", "bicubic", "box", "hamming", "lanczos", "random"]
    if !known.contains(name) {
      keys.complain("interpolation", .string(name), known.joined(separator: ", "))
    }
    return name
  }

  private func readInputSize(_ keys: inout ConfigurationKeys) -> Int? {
    guard let value = keys.value("input_size") else { return nil }
    let sizes = value.elements?.compactMap(\.whole) ?? []
    guard sizes.count == 3, sizes.count == value.elements?.count, sizes.allSatisfy({ $0 > 0 })
    else {
      keys.complain("input_size", value, "channels, height and width")
      return nil
    }
    if sizes[0] != 3 { keys.refuse("input_size", value, "images have three channels here") }
    return sizes[1] == sizes[2] ? sizes[1] : nil
  }
}
