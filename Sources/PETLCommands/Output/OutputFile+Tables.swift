import Checkpoints
import Foundation
import PETL
import Recipes

/// Refuses a path for a table, a report or answers that cannot be written, or where something else is that would be lost.
///
/// - Parameters:
///   - path: of the output.
///   - inputs: what the command reads, which it must not write over.
/// - Throws: `DiagnosticError` as `checkWritable` does, or with what is there.
func checkTable(_ path: String, apartFrom inputs: [String?] = []) throws {
  try checkWritable(path)
  guard FileKind.seen(at: path) == .file else { return }
  let hints = ["choose another --output, or remove it"]
  if inputs.contains(where: { $0.map { isSameFile($0, path) } ?? false }) {
    throw DiagnosticError("\(path): this is what is read, and would be lost", hints: hints)
  }
  if let kind = otherContents(path) {
    throw DiagnosticError("\(path): \(kind) is there, and would be lost", hints: hints)
  }
}

private func isSameFile(_ a: String, _ b: String) -> Bool {
  func real(_ path: String) -> String { URL(fileURLWithPath: path).resolvingSymlinksInPath().path }
  return real(a) == real(b)
}

/// The files that runs read, or a recipe: their weights, vocabulary and data.
///
/// - Parameters:
///   - target: a recipe, the folder of a run, or one that holds such folders.
///   - registry: the plugins that they may name.
/// - Returns: none of what cannot be read.
func inputs(of target: String?, _ registry: PluginRegistry) -> [String?] {
  guard let target else { return [] }
  let found: [Recipe]
  if FileKind.seen(at: target) == .folder {
    let inside = (try? FileManager.default.contentsOfDirectory(atPath: target)) ?? []
    let runs = inside.contains("recipe.yaml") ? [target] : inside.map { "\(target)/\($0)" }
    found = runs.compactMap { try? Recipe(run: $0, registry: registry) }
  } else {
    found = [try? Recipe(path: target, registry: registry)].compactMap(\.self)
  }
  return [target] + found.flatMap { [$0.backbone.weights, $0.backbone.tokenizer, $0.data.path] }
}

/// What a file is that is neither a table nor answers, by its name or first bytes; nil where it may be one.
private func otherContents(_ path: String) -> String? {
  let url = URL(fileURLWithPath: path)
  let ending = url.pathExtension.lowercased()
  let ofRuns: Set<String> = [
    "run.json", "summary.json", "metrics.jsonl", "mistakes.json", "sweep.json", "chosen.json",
    "adapter_config.json", "config.json", "images.sha256",
  ]
  if ofRuns.contains(url.lastPathComponent) { return "a file of a run or a model" }
  if ["yaml", "yml"].contains(ending) { return "a recipe" }
  if ending == "swift" { return "a file of Swift" }
  let tables: Set<String> = [
    "", "csv", "tsv", "json", "jsonl", "html", "svg", "md", "tex", "txt", "safetensors",
  ]
  guard tables.contains(ending) else { return "a file of another kind" }
  guard let start = try? readStart(of: path, count: 4096) else { return nil }
  let signatures: [(bytes: [UInt8], kind: String)] = [
    (Array("GGUF".utf8), "a file of weights"), ([0x50, 0x4B, 0x03, 0x04], "an archive"),
    ([0x89, 0x50, 0x4E, 0x47], "an image"), ([0xFF, 0xD8, 0xFF], "an image"),
  ]
  if let found = signatures.first(where: { start.starts(with: $0.bytes) }) { return found.kind }
  if ["", "txt"].contains(ending), let node = try? YAMLReader.read(path: path),
    node.entries.contains(where: { $0.key == "backbone" })
  {
    return "a recipe"
  }
  guard ending == "safetensors" || start.count > 8 && start[8] == UInt8(ascii: "{") else {
    return nil
  }
  let metadata = (try? SafetensorsFile(path: path))?.metadata ?? [:]
  let isAnswers = ["model", "data", "petl"].allSatisfy { metadata[$0] != nil }
  return isAnswers ? nil : "a file of tensors"
}
