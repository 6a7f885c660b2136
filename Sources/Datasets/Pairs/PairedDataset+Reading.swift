import PETL

extension PairedDataset {
  /// Reads JSON lines.
  ///
  /// Each line is an object: `image`, a path relative to the file, or `SET.safetensors#SPLIT/INDEX`, an
  /// image of a safetensors set; `captions`, a list of texts, or `caption`, one text; and, in a file of
  /// several splits, `split`: `train` (the default), `val` or `test`. Other keys are left alone. The
  /// images of all lines are files, or all of them are of sets.
  ///
  /// - Parameter path: of a file, or of a folder with one or more of `train.jsonl`, `val.jsonl` (or
  ///   `valid.jsonl`, or `dev.jsonl`) and `test.jsonl`, whose lines have no split of their own.
  /// - Throws: `DiagnosticError` with every mistake of the files, with its line.
  public init(pairs path: String) throws {
    let files: [(path: String, split: String?)]
    var notes: [Note] = []
    if FileFacts.isFolder(path) {
      let present = try entryNames(path).filter { $0.hasSuffix(".jsonl") }.map { $0.dropLast(6) }
      let splits = try SplitFolders(path, present.map(String.init), kind: ".jsonl")
      files = ["train", "val", "test"].compactMap { split in
        splits.paths[split].map { ("\($0).jsonl", split) }
      }
      notes = splits.notes
      guard !files.isEmpty else {
        throw DiagnosticError(
          "\(path): there are no pairs in this folder",
          hints: ["expected train.jsonl, val.jsonl and test.jsonl, or some of them"])
      }
    } else {
      files = [(path, nil)]
    }
    var lines: [PairLine] = []
    var mistakes: [Diagnostic] = []
    for (path, split) in files {
      let text = SourceText(name: path, jsonLines: try listText(path))
      for (index, line) in text.lines.enumerated() where !line.trimmingSpaces.isEmpty {
        let span = SourceSpan(source: text, line: index + 1, column: 1, length: line.count)
        try mistakes.collect {
          lines.append(try PairLine(line, at: span, file: path, split: split))
        }
      }
    }
    if lines.isEmpty, mistakes.isEmpty { throw DiagnosticError("\(path): the file names no image") }
    let name = path.split(separator: "/").last.map { String($0.prefix { $0 != "." }) } ?? path
    var images: Dataset?
    try mistakes.collect {
      images = try PairImages(lines, origin: path).dataset(
        .init(name: name.isEmpty ? path : name, classes: [], source: path), notes: notes)
    }
    guard let images, mistakes.isEmpty else { throw listed(mistakes, "mistakes in \(path)") }
    try self.init(images: images, captions: lines.map(\.captions))
  }
}
