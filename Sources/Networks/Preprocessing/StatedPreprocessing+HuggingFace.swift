import Checkpoints
import Datasets
import PETL

extension StatedPreprocessing {
  /// What an image processor of Hugging Face does where its file does not say.
  private struct Usual {
    var normalization: Normalization? = .inception
    var isSquare = true
    var size = 224
    var crop: Int?
    var resample = 3
    var cropPart: Double?

    /// That of a processor; nil for one that is not known here.
    init?(_ type: String) {
      var name = type
      for ending in ["Fast", "Pil", "ImageProcessor", "FeatureExtractor"]
      where name.hasSuffix(ending) {
        name.removeLast(ending.count)
      }
      switch name.lowercased() {
      case "vit": resample = 2
      case "deit": (size, crop) = (256, 224)
      case "clip", "bit": (normalization, isSquare, crop) = (.clip, false, 224)
      case "convnext": (isSquare, size, cropPart) = (false, 384, 224.0 / 256)
      case "beit", "siglip", "siglip2": break
      default: return nil
      }
    }
  }

  /// Reads `preprocessor_config.json`, or the image processor of `processor_config.json`.
  init(huggingFace keys: inout ConfigurationKeys) {
    self.init(file: keys.file)
    let named = keys.text("image_processor_type") ?? keys.text("feature_extractor_type")
    _ = keys.text("feature_extractor_type")
    let usual = named.flatMap { Usual($0) }
    if let named, usual == nil {
      notes.append(
        Note(
          "'\(named)' is no image processor that is known here; what it does unsaid is not done",
          at: file))
    }
    readNormalization(&keys, usual: usual?.normalization)
    readResize(&keys, usual)
    refuseOthers(&keys)
  }

  private mutating func readNormalization(_ keys: inout ConfigurationKeys, usual: Normalization?) {
    let mean = keys.channels("image_mean")
    let deviation = keys.channels("image_std", areDeviations: true)
    let normalizes = keys.flag("do_normalize") ?? true
    let rescales = keys.flag("do_rescale") ?? true
    let factor = keys.positive("rescale_factor") ?? 1 / 255
    // x·f against x/255: rounded factors such as 0.003921569 are meant as 1/255.
    let scale = rescales ? factor * 255 : 255
    let isUsualScale = abs(scale - 1) < 1e-6
    let unit = isUsualScale ? 1 : scale
    func statistics(_ mean: [Double], _ deviation: [Double]) -> Normalization? {
      // (x·f − m) / s is (x/255 − m/u) / (s/u), u being 255·f.
      ChannelStatistics(mean: mean.map { $0 / unit }, deviation: deviation.map { $0 / unit })
        .map { Normalization($0) }
    }
    if !normalizes {
      normalization = statistics([0, 0, 0], [1, 1, 1])
      reason = "says do_normalize: false"
    } else if let mean, let deviation {
      normalization = statistics(mean, deviation)
    } else if let usual, mean != nil || !keys.has("image_mean"),
      deviation != nil || !keys.has("image_std")
    {
      normalization = statistics(
        mean ?? usual.mean.map { Double("\($0)") ?? 0 },
        deviation ?? usual.standardDeviation.map { Double("\($0)") ?? 1 })
      let missing = mean == nil ? deviation == nil ? "mean and std" : "mean" : "std"
      reason = "says no \(missing), its image processor has them so"
    } else if mean != nil || deviation != nil {
      notes.append("\(file) says only one of image_mean and image_std, so neither is used")
    }
    if !isUsualScale, normalization != nil {
      reason +=
        rescales
        ? ", with rescale_factor: \(factor)" : ", with do_rescale: false, so values 0…255"
    }
  }

  private mutating func readResize(_ keys: inout ConfigurationKeys, _ usual: Usual?) {
    let filter = filter(&keys, usual)
    let isSquare = keys.flag("default_to_square") ?? usual?.isSquare ?? true
    let size = keys.size("size", isSquare: isSquare) ?? keys.size("use_square_size", isSquare: true)
    let cropSize = keys.size("crop_size", isSquare: true)
    let cuts = keys.flag("do_center_crop") ?? (usual?.crop != nil)
    let resizes = keys.flag("do_resize") ?? true
    let part = keys.positive("crop_pct") ?? usual?.cropPart
    if resizes, size == nil, usual == nil { return }
    guard resizes else {
      resize = StatedResize(
        words: cuts ? "cuts images out and does not resize them" : "does not resize images")
      return
    }
    let crop = cuts ? cropSize ?? usual?.crop.map { .square($0) } : nil
    let target = size ?? (isSquare ? .square(usual?.size ?? 224) : .shortest(usual?.size ?? 224))
    var stated = StatedResize(words: "resizes images to \(target.words) (\(filter.name))")
    if let crop { stated.words += " and cuts out \(crop.words)" }
    stated.interpolation = filter.interpolation
    stated.cutsLessFirst = true
    switch (target, crop) {
    case (.square(let side), nil):
      (stated.resize, stated.side) = (.squash, side)
    case (.shortest(let side), nil):
      if let part, side < 384, named(keys, "ConvNext") {
        (stated.resize, stated.side, stated.crop) = (.shorterSide, side, min(1, part))
        stated.words += " after \(part) of it"
      } else {
        (stated.resize, stated.side) = (.shorterSide, side)
      }
    case (.square(let side), .square(let kept)) where kept <= side:
      (stated.resize, stated.side) = (.squash, kept)
      stated.crop = StatedResize.crop(kept, of: side)
    case (.shortest(let side), .square(let kept)) where kept <= side:
      (stated.resize, stated.side) = (.shorterSide, kept)
      stated.crop = StatedResize.crop(kept, of: side)
    default: break
    }
    resize = stated
  }

  private func named(_ keys: ConfigurationKeys, _ family: String) -> Bool {
    var keys = keys
    return (keys.text("image_processor_type") ?? keys.text("feature_extractor_type") ?? "")
      .hasPrefix(family)
  }

  private func filter(
    _ keys: inout ConfigurationKeys, _ usual: Usual?
  ) -> (name: String, interpolation: Preprocessing.Interpolation?) {
    let names = ["nearest", "lanczos", "bilinear", "bicubic", "box", "hamming"]
    var number = usual?.resample ?? 2
    if let value = keys.value("resample") ?? keys.value("interpolation") {
      if let whole = value.whole, names.indices.contains(whole) {
        number = whole
      } else if let text = value.text, let index = names.firstIndex(of: text.lowercased()) {
        number = index
      } else {
        keys.complain("resample", value, "Pillow's number of a filter, 0 to 5")
      }
    }
    keys.skip("resample", "interpolation")
    return (names[number], Preprocessing.Interpolation(rawValue: names[number]))
  }

  private func refuseOthers(_ keys: inout ConfigurationKeys) {
    keys.refuse(whereOn: [
      "do_flip_channel_order": "images are given as red, green, blue here",
      "do_pad": "images are not padded here", "do_thumbnail": "images are not shrunk first here",
      "do_align_long_axis": "images are not turned here",
      "do_align_axis": "images are not turned here",
      "do_grayscale": "images stay in colour here",
      "do_convert_grayscale": "images stay in colour here",
      "do_image_splitting": "images are not split here",
      "do_split_image": "images are not split here",
      "crop_to_patches": "images are not split here",
      "do_pan_and_scan": "images are not split here",
      "do_flip": "images are not flipped here", "do_color_quantize": "colours are kept here",
      "rescale_offset": "nothing is subtracted after rescaling here",
      "offset": "nothing is subtracted after rescaling here",
    ])
    // Images become red, green and blue in any case; the rest is for labels, types and programs.
    keys.skip(
      "do_convert_rgb", "reduce_labels", "do_reduce_labels", "processor_class", "auto_map",
      "data_format", "input_data_format", "return_tensors", "device", "disable_grouping",
      "valid_processor_keys", "_valid_processor_keys", "_processor_class", "image_seq_length",
      "num_channels", "transformers_version", "crop_pct", "use_square_size", "pad_size",
      "do_sample_frames", "size_divisor")
  }
}

/// A size as Hugging Face writes it.
enum StatedSize {
  case square(Int)
  case rectangle(Int, Int)
  case shortest(Int)
  case longest(Int)

  var words: String {
    switch self {
    case .square(let side): "\(side) × \(side)"
    case .rectangle(let height, let width): "\(height) × \(width)"
    case .shortest(let side): "\(side) on the shorter side"
    case .longest(let side): "\(side) on the longer side"
    }
  }
}

extension ConfigurationKeys {
  /// A size: a number, a list of two, or an object of sides.
  mutating func size(_ key: String, isSquare: Bool) -> StatedSize? {
    guard let value = value(key) else { return nil }
    if value.flag != nil, key == "use_square_size" { return nil }
    func pixels(_ name: String) -> Int? {
      value[name]?.whole.flatMap { (1...65_536).contains($0) ? $0 : nil }
    }
    if let side = value.whole, (1...65_536).contains(side) {
      return isSquare ? .square(side) : .shortest(side)
    }
    if let sides = value.elements?.compactMap(\.whole), sides.count == value.elements?.count,
      sides.count == 2, sides.allSatisfy({ (1...65_536).contains($0) })
    {
      return sides[0] == sides[1] ? .square(sides[0]) : .rectangle(sides[0], sides[1])
    }
    if let height = pixels("height"), let width = pixels("width") {
      return height == width ? .square(height) : .rectangle(height, width)
    }
    if let side = pixels("shortest_edge") {
      // With a bound for the longer side, images with one that is as long are smaller.
      if let longest = pixels("longest_edge"), longest < 16 * side { return .longest(longest) }
      return .shortest(side)
    }
    if let side = pixels("longest_edge") { return .longest(side) }
    complain(key, value, "a number of pixels, {height, width} or {shortest_edge}")
    return nil
  }
}
