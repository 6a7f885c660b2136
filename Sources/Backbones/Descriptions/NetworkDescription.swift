public import Checkpoints
import PETL

/// What a `config.json` (Hugging Face, timm) or `open_clip_config.json` beside weights says.
///
/// The file is read to its last key (`ConfigurationReader`): every key is used, refused by its name, known
/// to be without effect, or noted.
public struct NetworkDescription: Sendable {
  /// The file, for messages.
  public let path: String
  /// Whose file it is.
  var library = DescribedLibrary.huggingFace
  /// The kind of network it is about; nil where it does not say.
  var family: DescribedFamily?
  /// The kind as Hugging Face names it.
  var modelType: Described<String>?
  /// The names of the head's classes, by their numbers.
  public internal(set) var labels: [String]?
  /// How many classes the head has.
  var classes: Described<Int>?
  /// What is said of the image tower.
  var image = DescribedTower()
  /// What is said of CLIP's text tower; nil without one.
  var text: DescribedTower?
  /// The reasons why the text tower cannot be computed here, for whoever asks for it.
  private(set) var textProblems: [Diagnostic] = []
  /// What the user should know of the text tower, a sentence each.
  private(set) var textNotes: [Note] = []
  /// What the user should know of the file, a sentence each.
  public internal(set) var notes: [Note] = []

  /// Reads the file.
  ///
  /// - Throws: `DiagnosticError` when it is not JSON, or with every key whose value cannot be used.
  public init(path: String) throws {
    try self.init(
      JSONValue(parsing: readFile(path, limit: 64 << 20), name: path), path: path)
  }

  /// Takes what is said in a description.
  ///
  /// - Throws: `DiagnosticError` with every key whose value cannot be used.
  public init(_ json: JSONValue, path: String) throws {
    self.path = path
    let reader = ConfigurationReader(file: path)
    if json["architecture"] != nil || json["pretrained_cfg"] != nil {
      readTIMM(json, reader)
    } else if json["model_cfg"] != nil || json["vision_cfg"] != nil {
      readOpenCLIP(json, reader)
    } else {
      readHuggingFace(json, reader)
    }
    try reader.finish()
    notes = reader.notes
  }

  /// Keeps what was found in the section of a text tower: an image network alone has no need of it.
  mutating func take(_ texts: ConfigurationReader) {
    do { try texts.finish() } catch let error as DiagnosticError {
      textProblems = error.diagnostics
    } catch {}
    textNotes = texts.notes
  }
}
