import Checkpoints
import PETL

/// The images that lines name, brought together by split: files of their own, or images of sets.
struct PairImages {
  private let lines: [PairLine]
  private let origin: String

  init(_ lines: [PairLine], origin: String) { (self.lines, self.origin) = (lines, origin) }

  /// The images, each labelled with the number of its line.
  ///
  /// - Parameters:
  ///   - description: of the data set.
  ///   - notes: what the user should know, a sentence each.
  /// - Returns: the splits that lines name.
  /// - Throws: `DiagnosticError` with every image that is not there.
  func dataset(_ description: Dataset.Description, notes: [Note]) throws -> Dataset {
    var sets: [ExactName: Dataset] = [:]
    var mistakes: [Diagnostic] = []
    var files: [Split: [ImageFiles.Item]] = [:]
    var pixels: [Split: [(images: LabelledImages, index: Int, label: Int)]] = [:]
    var failed: Set<ExactName> = []
    for (label, line) in lines.enumerated() {
      do {
        switch line.place {
        case .file(let path):
          files[line.split, default: []].append(
            try ImageFiles.Item(path: path, name: line.name, label: label, place: line.span))
        case .set(let path, let split, let index):
          let name = ExactName(path)
          if failed.contains(name) { continue }
          if sets[name] == nil {
            failed.insert(name)
            sets[name] = try Dataset(safetensorsSet: path)
            failed.remove(name)
          }
          guard let images = try sets[name]?.images(of: split).pixels else { continue }
          guard index < images.count else {
            throw DiagnosticError(
              "'\(line.name)': there are \(images.count) images in this split", at: line.span,
              hints: ["expected a number below \(images.count)"])
          }
          pixels[line.split, default: []].append((images, index, label))
        }
      } catch let error as DiagnosticError {
        mistakes += error.diagnostics.map {
          Diagnostic($0.message, at: $0.span ?? line.span, hints: $0.hints)
        }
      }
    }
    if !files.isEmpty, !pixels.isEmpty {
      mistakes.append(
        Diagnostic(
          "\(origin): some images are files, others are of safetensors sets",
          hints: ["expected all of one kind"]))
    }
    if !mistakes.isEmpty { throw listed(mistakes, "mistakes in \(origin)") }
    func source(_ split: Split) throws -> ImageSource? {
      if let items = files[split] { return .files(ImageFiles(items, origin: origin)) }
      return try pixels[split].map { .pixels(try together($0)) }
    }
    return try Dataset(
      description, sources: (source(.train), source(.val), source(.test)), notes: notes)
  }

  /// Images of one or more sets as one.
  private func together(
    _ parts: [(images: LabelledImages, index: Int, label: Int)]
  ) throws -> LabelledImages {
    let first = parts[0].images
    var bytes: [UInt8] = []
    for (images, index, label) in parts {
      guard images.shape.dropFirst() == first.shape.dropFirst() else {
        throw DiagnosticError(
          "\(lines[label].name): the images of this set have shape \(Array(images.shape.dropFirst()))",
          at: lines[label].span, hints: ["expected \(Array(first.shape.dropFirst())), as of others"]
        )
      }
      bytes += images.selecting([index]).images
    }
    return try LabelledImages(
      images: bytes, shape: [parts.count] + first.shape.dropFirst(), labels: parts.map(\.label),
      origin: .init(file: origin, images: "images", labels: "captions"))
  }
}
