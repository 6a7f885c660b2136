import PETL
import Synchronization

/// The training images of a run as each epoch changes them.
///
/// Files are decoded anew each time a part of them is taken; without that, what was prepared once is changed.
public final class AugmentedImages: Sendable {
  /// The images as the preprocessing makes them.
  public let images: LabelledImages
  private let originals: ImageSource
  private let augmentation: Augmentation
  private let preprocessing: Preprocessing
  /// What was made ready of one epoch.
  private let ready = Mutex<Ready>(Ready())

  private struct Ready: Sendable {
    var epoch: RandomGenerator?
    var images: [Int: ChangedImage] = [:]
  }

  /// An image after everything that is done to its bytes, and what is done to its numbers.
  private struct ChangedImage: Sendable {
    /// Bytes of three channels; nil where what was prepared is taken as it is.
    let pixels: DecodedImage?
    let draws: ImageDraws
  }

  /// Brings images and their changes together.
  ///
  /// - Parameters:
  ///   - images: as the preprocessing makes them.
  ///   - originals: the same images as they are, in the same order.
  ///   - augmentation: what is done to them.
  ///   - preprocessing: of the images.
  public init(
    _ images: LabelledImages, originals: ImageSource, _ augmentation: Augmentation,
    _ preprocessing: Preprocessing
  ) {
    require(images.count == originals.count, "There is an original for each image.")
    require(
      images.pixels.areBytes || !augmentation.changesBytes && augmentation.crop == .none,
      "Images that were resized without rounding have no bytes to change.")
    (self.images, self.originals) = (images, originals)
    (self.augmentation, self.preprocessing) = (augmentation, preprocessing)
  }

  /// What is mixed into an image; nil for nothing.
  ///
  /// - Parameters:
  ///   - index: of the image.
  ///   - epoch: a stream that is the same in all steps of an epoch.
  /// - Returns: the other image and its share.
  public func mix(of index: Int, epoch: RandomGenerator) -> ImageMix? {
    augmentation.mixing.isNone
      ? nil
      : ImageMix(
        augmentation.mixing, count: images.count, side: images.width, own(epoch, index))
  }

  /// Decodes and changes some images, on all cores, so that `batch` has them at hand.
  ///
  /// - Parameters:
  ///   - indices: which; images that are mixed into them come with them.
  ///   - epoch: a stream that is the same in all steps of an epoch.
  /// - Throws: `DiagnosticError` when a file cannot be read any more.
  public func prepare(_ indices: [Int], epoch: RandomGenerator) throws {
    let all = needed(indices, epoch)
    let found = try changed(all, epoch)
    ready.withLock {
      $0 = Ready(epoch: epoch, images: Dictionary(uniqueKeysWithValues: zip(all, found)))
    }
  }

  /// A batch as the network takes it, [indices.count, height, width, 3].
  ///
  /// - Parameters:
  ///   - indices: which images.
  ///   - epoch: a stream that is the same in all steps of an epoch.
  /// - Returns: the images of this epoch, normalised. Where `prepare` was not asked for them and a file cannot be read
  ///   any more, the program ends with a sentence.
  public func batch(_ indices: [Int], epoch: RandomGenerator) -> Tensor {
    let all = needed(indices, epoch)
    var found = ready.withLock { $0.epoch == epoch ? $0.images : [:] }
    let missing = all.filter { found[$0] == nil }
    do {
      for (index, image) in zip(missing, try changed(missing, epoch)) { found[index] = image }
    } catch {
      stopProgram((error as? DiagnosticError)?.sentences ?? "\(error)")
    }
    let length = images.height * images.width * 3
    // Safe: each image is written whole by the one call that has its slot.
    return unsafe Tensor(shape: [indices.count, images.height, images.width, 3]) { buffer in
      forEachInParallel(indices.count) { slot in
        let index = indices[slot]
        var values = numbers(index, found[index])
        if let mix = mix(of: index, epoch: epoch) {
          values = mixed(values, numbers(mix.other, found[mix.other]), mix)
        }
        _ = unsafe UnsafeMutableBufferPointer(
          rebasing: buffer[slot * length..<(slot + 1) * length]
        ).update(fromContentsOf: values)
      }
    }
  }

  /// The images of a batch and those that are mixed into them, each once.
  private func needed(_ indices: [Int], _ epoch: RandomGenerator) -> [Int] {
    let others = indices.compactMap { mix(of: $0, epoch: epoch)?.other }
    return Set(indices + others).sorted()
  }

  /// The stream of an image in an epoch.
  private func own(_ epoch: RandomGenerator, _ index: Int) -> RandomGenerator {
    epoch.split("augmentation", index)
  }

  private func changed(_ indices: [Int], _ epoch: RandomGenerator) throws -> [ChangedImage] {
    let results = Mutex<[Int: Result<ChangedImage, DiagnosticError>]>([:])
    forEachInParallel(indices.count) { slot in
      let result = Result { () throws(DiagnosticError) in
        do {
          return try changed(indices[slot], own(epoch, indices[slot]))
        } catch let error as DiagnosticError {
          throw error
        } catch {
          throw DiagnosticError("\(error)")
        }
      }
      results.withLock { $0[slot] = result }
    }
    let all = results.withLock { $0 }
    return try indices.indices.map { slot in
      guard let result = all[slot] else { stopProgram("Image \(indices[slot]) was not changed.") }
      return try result.get()
    }
  }

  private func changed(_ index: Int, _ generator: RandomGenerator) throws -> ChangedImage {
    let side = images.width
    func draws(_ size: (Int, Int)) -> ImageDraws {
      ImageDraws(augmentation, original: size, side: side, generator)
    }
    if augmentation.crop == .none {
      let draws = draws((side, side))
      guard images.pixels.areBytes, !draws.operations.isEmpty else {
        return ChangedImage(pixels: nil, draws: draws)
      }
      let image = images.decoded(index)
      return ChangedImage(pixels: apply(draws, to: image), draws: draws)
    }
    let original = try originals.decoded(index, turning: preprocessing.turnsByExif)
    let draws = draws((original.height, original.width))
    let image = original.fitted(draws, side: side, preprocessing)
    return ChangedImage(pixels: apply(draws, to: image), draws: draws)
  }

  private func apply(_ draws: ImageDraws, to image: DecodedImage) -> DecodedImage {
    let all = (draws.isMirrored ? [.mirror] : []) + draws.operations
    return all.reduce(image) { $1.applied(to: $0) }
  }

  /// An image's numbers, [height, width, 3].
  private func numbers(_ index: Int, _ changed: ChangedImage?) -> [Float] {
    guard let changed else { stopProgram("Image \(index) was not made ready.") }
    let normalization = preprocessing.normalization
    var values: [Float]
    if let pixels = changed.pixels {
      let table = normalization.table
      values = pixels.pixels.enumerated().map { table[$0.offset % 3 * 256 + Int($0.element)] }
    } else {
      values = images.batch([index], normalization: normalization)
      if changed.draws.isMirrored { mirror(&values) }
    }
    guard let box = changed.draws.erased else { return values }
    for row in box.top..<box.top + box.height {
      let first = (row * images.width + box.left) * 3
      for place in first..<first + box.width * 3 { values[place] = 0 }
    }
    return values
  }

  private func mirror(_ values: inout [Float]) {
    let width = images.width
    for row in 0..<images.height {
      for column in 0..<width / 2 {
        for channel in 0..<3 {
          values.swapAt(
            (row * width + column) * 3 + channel,
            (row * width + width - 1 - column) * 3 + channel)
        }
      }
    }
  }

  private func mixed(_ own: [Float], _ other: [Float], _ mix: ImageMix) -> [Float] {
    guard let box = mix.box else {
      let share = Float(mix.share)
      return zip(own, other).map { $0 * share + $1 * (1 - share) }
    }
    var values = own
    for row in box.top..<box.top + box.height {
      let places =
        (row * images.width + box.left) * 3..<(row * images.width + box.left + box.width) * 3
      values.replaceSubrange(places, with: other[places])
    }
    return values
  }
}
