import Checkpoints
import Datasets
import Foundation
import PETL

/// What one file beside weights says about images.
struct StatedPreprocessing {
  /// The name of the file.
  let file: String
  /// How pixels become numbers; nil where it does not say.
  var normalization: Normalization?
  /// What it says of that, a phrase that goes on after the file's name.
  var reason = "says so"
  /// How images are resized; nil where it does not say.
  var resize: StatedResize?
  /// What is understood and not done here.
  var refusals: [Diagnostic] = []
  /// What the user should know, a sentence each.
  var notes: [Note] = []

  /// Reads all files of a folder that say something about images.
  ///
  /// - Parameter folder: of weights.
  /// - Returns: the first one wins: Hugging Face's, then timm's, then open_clip's.
  /// - Throws: `DiagnosticError` with every value that is none that can be.
  static func all(in folder: String) throws -> [StatedPreprocessing] {
    var found: [StatedPreprocessing] = []
    var mistakes: [Diagnostic] = []
    for name in [
      "preprocessor_config.json", "processor_config.json", "config.json", "open_clip_config.json",
    ] {
      let path = "\(folder)/\(name)"
      guard FileManager.default.fileExists(atPath: path) else { continue }
      do {
        let json = try JSONValue(parsing: readFile(path, limit: 64 << 20), name: path)
        guard json.members != nil else {
          throw DiagnosticError("\(path) is \(json.kind)", hints: ["expected an object"])
        }
        guard let (section, keys, library) = section(of: json, name, path) else { continue }
        guard section.members != nil else {
          throw DiagnosticError("\(keys) is \(section.kind)", hints: ["expected an object"])
        }
        var reader = ConfigurationKeys(section, place: keys, file: name)
        var stated =
          switch library {
          case .timm: StatedPreprocessing(timm: &reader)
          case .openCLIP: StatedPreprocessing(openCLIP: &reader)
          case .huggingFace: StatedPreprocessing(huggingFace: &reader)
          }
        mistakes += reader.mistakes
        stated.refusals += reader.refusals
        stated.notes += [reader.unknown].compactMap { $0.map { Note($0) } }
        found.append(stated)
      } catch let error as DiagnosticError {
        mistakes += error.diagnostics
      }
    }
    if !mistakes.isEmpty { throw DiagnosticError(mistakes) }
    return found
  }

  /// Whose keys a section has.
  private enum Library {
    case huggingFace, timm, openCLIP
  }

  /// The part of a file that is about images, what it is called in messages, and whose it is.
  private static func section(
    of json: JSONValue, _ name: String, _ path: String
  ) -> (JSONValue, String, Library)? {
    func part(_ key: String, _ library: Library) -> (JSONValue, String, Library)? {
      json[key].flatMap { $0.isNull ? nil : ($0, "\(path): `\(key)`", library) }
    }
    if let timm = part("pretrained_cfg", .timm) { return timm }
    switch name {
    case "processor_config.json": return part("image_processor", .huggingFace)
    case "open_clip_config.json": return part("preprocess_cfg", .openCLIP)
    case "config.json":
      // timm's older files have the keys at the top.
      return json["architecture"] != nil && json["mean"] != nil ? (json, path, .timm) : nil
    default: return (json, path, .huggingFace)
    }
  }

  init(file: String) { self.file = file }
}
