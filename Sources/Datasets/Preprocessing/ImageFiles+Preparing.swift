import Foundation
import PETL
import Ranks

extension ImageFiles {
  /// Decodes, resizes and crops all files on all cores, and on all ranks, each of which reads a part of them.
  ///
  /// - Throws: `DiagnosticError` as `ImageSource.prepared`.
  func prepared(
    _ preprocessing: Preprocessing, size: Int, onError: OnImageError, cache: PixelCache?,
    allowsNone: Bool, ranks: any Ranks
  ) throws -> PreparedImages {
    let layout = PixelLayout(
      count: items.count, side: size, isFloat: preprocessing.interpolation == .plainBilinear)
    let cache = layout.bytes < cache?.smallest ?? 0 ? nil : cache
    let identity = identity(preprocessing, layout)
    let found = cache?.find(identity).flatMap {
      $0.footer.skipped.isEmpty || onError == .skip ? $0 : nil
    }
    let sharing = try ImageSharing(ranks, layout, needs: found == nil, cache: cache)
    if let found {
      try sharing.attend()
      return prepared(found.pixels, skipped: found.footer.skipped)
    }
    var (notes, space): ([Note], PixelSpace?) = ([], nil)
    if !sharing.mayBeGuest {
      do {
        space = try cache?.space(for: layout)
      } catch let error as DiagnosticError {
        notes.append(
          Note("the images of \(origin) are not kept for other runs: \(error.sentences)"))
      }
    }
    let (isKept, isGuest) = (space != nil, try sharing.isGuest(keeps: space != nil))
    let room = try isGuest ? nil : space ?? memory(for: layout)
    let decoding = ImageDecoding(files: self, preprocessing: preprocessing)
    let failures = try decoding.decode(into: room, sharing)
    if !failures.isEmpty, onError == .fail { throw cannotBeDecoded(failures) }
    let kept = items.count - failures.count
    if kept == 0, !allowsNone { throw noneCanBeDecoded(failures.prefix(1).map(\.reason)) }
    let skipped = failures.map { PixelCache.Skipped(index: $0.index, reason: $0.reason) }
    if !skipped.isEmpty {
      let left = Set(skipped.map(\.index))
      room?.compact(items.indices.filter { !left.contains($0) })
    }
    if let room, isKept, kept > 0 {
      try cache?.finish(room, kept: kept, skipped: skipped, identity)
    }
    // Those who have the file of another rank find it from here on.
    try sharing.meet()
    if let room, !isKept || kept == 0 {
      return prepared(room.handOver(kept), skipped: skipped, notes)
    }
    if let found = cache?.find(identity) { return prepared(found.pixels, skipped: skipped, notes) }
    // Somebody removed the file at this very moment, or it is on another disk than it seemed.
    return try prepared(
      preprocessing, size: size, onError: onError, cache: nil, allowsNone: allowsNone,
      ranks: SingleRank())
  }

  private func cannotBeDecoded(_ failures: [ImageDecoding.Failure]) -> DiagnosticError {
    listed(
      failures.map { Diagnostic($0.reason, at: items[$0.index].place, hints: $0.hints) },
      "images that cannot be decoded; data.on_error: skip leaves such images out")
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
    let originals = ImageSource.files(ImageFiles(kept, origin: origin))
    guard !skipped.isEmpty else {
      return PreparedImages(images: images, originals: originals, notes: notes)
    }
    let named = skipped.prefix(20).map { skipped in
      (items[skipped.index].place.map { "\($0.source.name):\($0.line): " } ?? "") + skipped.reason
    }
    let more = skipped.count > 20 ? ["and \(skipped.count - 20) more"] : []
    let note = Note.warning(
      "\(skipped.count) of \(items.count) images of \(origin) cannot be decoded and are "
        + "left out: " + (named + more).joined(separator: "; "))
    return PreparedImages(images: images, originals: originals, notes: notes + [note])
  }
}
