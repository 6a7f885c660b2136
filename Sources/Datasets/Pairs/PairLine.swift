import Checkpoints
import PETL

/// One line of a file of pairs.
struct PairLine {
  /// Where an image is.
  enum Place {
    /// A file of its own.
    case file(path: String)
    /// An image of a safetensors set.
    case set(path: String, split: Split, index: Int)
  }

  let place: Place
  /// The image as the line names it.
  let name: String
  let captions: [String]
  let split: Split
  let span: SourceSpan

  private static let keys = ["image", "captions", "caption", "split"]

  /// Reads a line.
  ///
  /// - Parameters:
  ///   - text: a JSON object.
  ///   - span: of the line.
  ///   - file: the path that images are relative to.
  ///   - fileSplit: the split of all lines of the file; nil where lines have their own.
  /// - Throws: `DiagnosticError` with every mistake of the line.
  init(_ text: String, at span: SourceSpan, file: String, split fileSplit: String?) throws {
    let members: [JSONValue.Member]
    do {
      let json = try JSONValue(parsing: Array(text.utf8), name: "this line")
      guard let found = json.members else {
        throw DiagnosticError("this line is \(json.kind)")
      }
      members = found
    } catch let error as DiagnosticError {
      throw DiagnosticError(
        error.diagnostics.map {
          Diagnostic(
            $0.message, at: span, hints: [#"expected {"image": "a.jpg", "captions": ["…"]}"#])
        })
    }
    var mistakes: [Diagnostic] = []
    func complain(_ message: String, _ hints: [String] = []) {
      mistakes.append(Diagnostic(message, at: span, hints: hints))
    }
    let values = Dictionary(members.map { ($0.name, $0.value) }) { first, _ in first }
    for member in members where !Self.keys.contains(member.name) {
      guard let nearest = nearestName(to: member.name, among: Self.keys) else { continue }
      complain("there is no key '\(member.name)'", ["did you mean '\(nearest)'?"])
    }
    let captions = Self.captions(values, complain)
    let split = Self.split(values["split"], of: fileSplit, complain)
    var place: Place?
    let name = values["image"]?.text
    if let name, !name.isEmpty {
      place = Self.place(name, in: file, complain)
    } else {
      let found = values["image"].map { $0.text == nil ? $0.kind : "an empty text" }
      complain(
        found.map { "'image' is \($0)" } ?? "there is no 'image'",
        ["expected a path, or SET.safetensors#train/0"])
    }
    guard let place, let name, let split, mistakes.isEmpty else { throw DiagnosticError(mistakes) }
    (self.place, self.name, self.captions, self.split) = (place, name, captions, split)
    self.span = span
  }

  private static func captions(
    _ values: [String: JSONValue], _ complain: (String, [String]) -> Void
  ) -> [String] {
    let hint = [#"expected "captions": ["a text", …] or "caption": "a text""#]
    switch (values["captions"], values["caption"]) {
    case (nil, nil): complain("there are no 'captions'", hint)
    case (.some, .some): complain("there are both 'captions' and 'caption'", ["keep one of them"])
    case (nil, .some(let one)):
      if let text = one.text, !text.trimmingSpaces.isEmpty { return [text] }
      complain("'caption' is \(one.text == nil ? one.kind : "an empty text")", hint)
    case (.some(let list), nil):
      let texts = list.elements?.compactMap(\.text).filter { !$0.trimmingSpaces.isEmpty } ?? []
      if !texts.isEmpty, texts.count == list.elements?.count { return texts }
      complain("'captions' is no list of texts that are not empty", hint)
    }
    return []
  }

  private static func split(
    _ value: JSONValue?, of fileSplit: String?, _ complain: (String, [String]) -> Void
  ) -> Split? {
    guard let value else { return Split(rawValue: fileSplit ?? "train") }
    let names = ["train", "val", "test"]
    let name = value.text?.lowercased() ?? value.kind
    guard names.contains(name) else {
      let nearest = nearestName(to: name, among: names + ["validation", "valid"])
      let meant = nearest.map { $0.hasPrefix("valid") ? "val" : $0 }
      complain(
        "there is no split '\(name)'",
        meant.map { ["did you mean '\($0)'?"] } ?? ["expected train, val or test"])
      return nil
    }
    if let fileSplit, fileSplit != name {
      complain("this line is of split '\(name)', its file of '\(fileSplit)'", ["remove 'split'"])
    }
    return Split(rawValue: name)
  }

  private static func place(
    _ name: String, in file: String, _ complain: (String, [String]) -> Void
  ) -> Place? {
    let folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? "."
    guard let mark = name.firstRange(of: ".safetensors#") else {
      return .file(path: path(of: name, in: folder))
    }
    let parts = name[mark.upperBound...].split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let split = Split(rawValue: String(parts[0])), split != .trainAndVal,
      let index = Int(parts[1]), index >= 0
    else {
      complain("'\(name)' names no image of a set", ["expected SET.safetensors#train/0"])
      return nil
    }
    let set = String(name[..<name.index(before: mark.upperBound)])
    return .set(path: path(of: set, in: folder), split: split, index: index)
  }
}
