import Foundation
import PETL
import Synchronization

extension ImageFiles {
  /// Files that a worker decodes before it asks for more.
  private static let grain = 8

  /// Decodes, resizes and crops all files on all cores.
  ///
  /// - Throws: `DiagnosticError` as `ImageSource.prepared`.
  func prepared(
    _ preprocessing: Preprocessing, size: Int, onError: OnImageError, cache: PixelCache?,
    allowsNone: Bool
  ) throws -> PreparedImages {
    let layout = PixelLayout(
      count: items.count, side: size, isFloat: preprocessing.interpolation == .plainBilinear)
    let cache = layout.bytes < cache?.smallest ?? 0 ? nil : cache
    let identity = identity(preprocessing, layout)
    if let found = cache?.find(identity), found.footer.skipped.isEmpty || onError == .skip {
      return prepared(found.pixels, skipped: found.footer.skipped)
    }
    var notes: [Note] = []
    var space: PixelSpace?
    do {
      space = try cache?.space(for: layout)
    } catch let error as DiagnosticError {
      notes.append(
        Note("the images of \(origin) are not kept for other runs: \(error.sentences)"))
    }
    let isKept = space != nil
    let room = try space ?? memory(for: layout)
    let skipped = try decode(preprocessing, into: room, onError)
    let kept = items.count - skipped.count
    if kept == 0, !allowsNone { throw noneCanBeDecoded(skipped.prefix(1).map(\.reason)) }
    if isKept, kept > 0, let cache {
      try cache.finish(room, kept: kept, skipped: skipped, identity)
      if let found = cache.find(identity) {
        return prepared(found.pixels, skipped: skipped, notes)
      }
      // Somebody removed the file at this very moment.
      return try prepared(
        preprocessing, size: size, onError: onError, cache: nil, allowsNone: allowsNone)
    }
    return prepared(room.handOver(kept), skipped: skipped, notes)
  }

  private func noneCanBeDecoded(_ reasons: [String]) -> DiagnosticError {
    DiagnosticError(
      "none of the \(items.count) images of \(origin) can be decoded", hints: reasons)
  }

  private func memory(for layout: PixelLayout) throws -> PixelSpace {
    let most = Int(ProcessInfo.processInfo.physicalMemory / 2)
    guard layout.bytes <= most else {
      throw DiagnosticError(
        "the \(items.count) images of \(origin) take \(layout.bytes >> 20) MiB at "
          + "\(layout.side) pixels, more than half of the memory",
        hints: ["let data.cache be true, and its folder writable and large enough"])
    }
    return try PixelSpace(inMemory: layout)
  }

  private func identity(_ preprocessing: Preprocessing, _ layout: PixelLayout) -> String {
    "\(preprocessing.resize.rawValue) \(preprocessing.crop) \(preprocessing.interpolation.rawValue)"
      + " \(preprocessing.turnsByExif ? "turned" : "as stored")"
      + "\(preprocessing.cutsLessFirst ? " less first" : "") \(layout)\n\(identity)"
  }

  private func prepared(
    _ pixels: MappedPixels, skipped: [PixelCache.Skipped], _ notes: [Note] = []
  ) -> PreparedImages {
    let left = Set(skipped.map(\.index))
    let kept = left.isEmpty ? items : items.indices.filter { !left.contains($0) }.map { items[$0] }
    let images = LabelledImages(
      unchecked: .mapped(pixels), height: pixels.layout.side, width: pixels.layout.side,
      channels: 3, labels: kept.map(\.label),
      origin: .init(file: origin, images: "images", labels: "labels"), names: kept.map(\.name))
    guard !skipped.isEmpty else { return PreparedImages(images: images, notes: notes) }
    let named = skipped.prefix(20).map { skipped in
      (items[skipped.index].place.map { "\($0.source.name):\($0.line): " } ?? "") + skipped.reason
    }
    let more = skipped.count > 20 ? ["and \(skipped.count - 20) more"] : []
    let note = Note.warning(
      "\(skipped.count) of \(items.count) images of \(origin) cannot be decoded and are "
        + "left out: " + (named + more).joined(separator: "; "))
    return PreparedImages(images: images, notes: notes + [note])
  }

  /// Fills the room, moves the images together, and gives those that were left out.
  private func decode(
    _ preprocessing: Preprocessing, into room: PixelSpace, _ onError: OnImageError
  ) throws -> [PixelCache.Skipped] {
    let failures = Mutex<[Int: Diagnostic]>([:])
    let tasks = (items.count + Self.grain - 1) / Self.grain
    // The workers' threads do not know what is set for this one.
    let observer = ImageProgress.observer
    let done = Atomic(0)
    Workers.run(tasks) { task in
      for index in task * Self.grain..<min(items.count, (task + 1) * Self.grain) {
        do {
          try decode(items[index], preprocessing, into: room, index)
        } catch {
          let first =
            (error as? DiagnosticError)?.diagnostics.first ?? Diagnostic("\(error)")
          failures.withLock { $0[index] = first }
        }
      }
      guard let observer else { return }
      let more = min(items.count, (task + 1) * Self.grain) - task * Self.grain
      let sum = done.add(more, ordering: .relaxed).newValue
      observer(ImageProgress(.decoding, of: origin, done: sum, count: items.count))
    }
    let failed = failures.withLock { $0 }.sorted { $0.key < $1.key }
    if failed.isEmpty { return [] }
    if onError == .fail {
      throw listed(
        failed.map { index, reason in
          Diagnostic(reason.message, at: items[index].place, hints: reason.hints)
        }, "images that cannot be decoded; data.on_error: skip leaves such images out")
    }
    let bad = Set(failed.map(\.key))
    room.compact(items.indices.filter { !bad.contains($0) })
    return failed.map { PixelCache.Skipped(index: $0.key, reason: $0.value.message) }
  }

  private func decode(
    _ item: Item, _ preprocessing: Preprocessing, into room: PixelSpace, _ index: Int
  ) throws {
    let image = try DecodedImage(path: item.path, turning: preprocessing.turnsByExif)
      .inColour()
    let fitting = Fitting((image.height, image.width), to: room.layout.side, preprocessing)
    let resizer = ImageResizer(
      from: (image.height, image.width, 3), fitting, preprocessing.interpolation)
    // Safe: each image of the room is written by the one call that has its index.
    unsafe image.pixels.withUnsafeBufferPointer { pixels in
      switch resizer {
      case .none: _ = unsafe room.bytes(ofImage: index).update(fromContentsOf: pixels)
      case .bytes(let resizer): unsafe resizer.resize(pixels, into: room.bytes(ofImage: index))
      case .floats(let resizer): unsafe resizer.resize(pixels, into: room.floats(ofImage: index))
      }
    }
  }
}
