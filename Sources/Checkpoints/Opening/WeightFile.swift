import Foundation
import PETL

/// The weights that a path names, and the description of the network beside them.
public struct WeightFile: Sendable {
  /// The tensors.
  public let store: any WeightStore
  /// The `config.json` or `open_clip_config.json` in the same folder, if they belong together.
  public let description: String?
  /// A description in the same folder that is not taken, as it may be of other weights; nil without one.
  public let passedOver: String?
  /// The folder whose other files are about these weights; nil where they may be of anything.
  public let folder: String?

  /// The files of weights that a folder of Hugging Face's or timm's has, the first that is there
  /// counts.
  static let names = [
    "model.safetensors.index.json", "model.safetensors", "open_clip_model.safetensors",
  ]

  /// Opens a file of weights, or the folder of a model.
  ///
  /// `NAME.index.json` is the index of sharded safetensors, `NAME.npz` NumPy's archive; GGUF is known by
  /// its first bytes, and its tensors get Hugging Face's names (`GGUFWeights`, which has the configuration
  /// too). Everything else is safetensors; a Python pickle is refused with a command that converts it.
  ///
  /// The description is taken where the path is a folder, or the file has the name that such folders
  /// give it: a `config.json` beside `my-weights.safetensors` may be of anything.
  ///
  /// Where the description says that matrices are quantised, `QuantizedWeights` has them as if they were not.
  ///
  /// - Parameter path: of a file, or of a folder with one of `names`, or with one safetensors or GGUF file.
  /// - Throws: `DiagnosticError` when there is none, it breaks its format, or is quantised in a way that is not read.
  public init(path: String) throws {
    let isFolder = isFolder(path)
    let file = isFolder ? try Self.file(in: path) : path
    let store: any WeightStore
    if file.hasSuffix(".index.json") {
      store = try ShardedSafetensors(index: file)
    } else if isGGUF(file) {
      store = try GGUFWeights(path: file)
    } else if file.lowercased().hasSuffix(".npz") {
      store = try NPZArchive(path: file)
    } else {
      store = try SafetensorsFile(path: file)
    }
    let name = URL(fileURLWithPath: file).lastPathComponent
    // What a GGUF file is, it says itself.
    if store is GGUFWeights {
      (self.store, description, passedOver, folder) = (store, nil, nil, nil)
      return
    }
    let belongs = isFolder || Self.names.contains(name)
    folder = belongs ? Checkpoints.folder(of: file) : nil
    let found = Self.descriptions(name).map { "\(Checkpoints.folder(of: file))/\($0)" }
      .first(where: fileExists)
    (description, passedOver) = belongs ? (found, nil) : (nil, found)
    let scheme = try description.flatMap(Self.quantization)
    self.store = try scheme.map { try QuantizedWeights(store, $0) } ?? store
  }

  /// How the matrices are quantised; nil where the description does not say so, or is none that can be read: those who
  /// need more of it say what is wrong.
  private static func quantization(_ path: String) throws -> QuantizationScheme? {
    guard let bytes = try? readFile(path, limit: 64 << 20),
      let json = try? JSONValue(parsing: bytes, name: path)
    else { return nil }
    return try QuantizationScheme.read(json, file: path)
  }

  /// The descriptions that a file of weights may have, its own library's first.
  private static func descriptions(_ name: String) -> [String] {
    let names = ["config.json", "open_clip_config.json"]
    return name.hasPrefix("open_clip_") ? names.reversed() : names
  }

  private static func file(in folder: String) throws -> String {
    if let name = names.first(where: { fileExists("\(folder)/\($0)") }) {
      return "\(folder)/\(name)"
    }
    let files = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    let weights = files.filter { $0.hasSuffix(".safetensors") }
    if weights.count == 1 { return "\(folder)/\(weights[0])" }
    let others = files.filter { $0.lowercased().hasSuffix(".gguf") }
    if weights.isEmpty, others.count == 1 { return "\(folder)/\(others[0])" }
    for name in ["pytorch_model.bin", "pytorch_model.bin.index.json"]
    where weights.isEmpty && fileExists("\(folder)/\(name)") {
      throw pickleError("\(folder)/pytorch_model.bin", "the folder holds Python pickles only")
    }
    throw DiagnosticError(
      weights.isEmpty
        ? "\(folder): there are no weights in this folder"
        : "\(folder): there are \(weights.count) safetensors files in this folder",
      hints: ["expected model.safetensors, or give the path of the file itself"])
  }
}

/// Whether a file begins as GGUF files do, or is called as they are.
package func isGGUF(_ path: String) -> Bool {
  path.lowercased().hasSuffix(".gguf")
    || (try? readStart(of: path, count: 4)) == GGUFHeader.magic
}

/// The tensors that a path names, as `WeightFile` opens them.
///
/// - Throws: `DiagnosticError` if the file cannot be read or breaks its format.
public func openWeights(_ path: String) throws -> any WeightStore {
  try WeightFile(path: path).store
}
