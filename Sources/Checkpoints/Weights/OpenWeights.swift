import PETL

/// Opens the weights at `path`, whatever the format.
///
/// - `NAME.index.json` is the index of sharded safetensors;
/// - `NAME.npz` is NumPy's archive;
/// - of a folder, its `model.safetensors.index.json` or else its `model.safetensors` is taken;
/// - everything else is safetensors; a Python pickle is refused with a command that converts it.
///
/// - Throws: `DiagnosticError` if the file cannot be read or breaks its format.
public func openWeights(_ path: String) throws -> any WeightStore {
  if isFolder(path) { return try openWeights(inFolder: path) }
  if path.hasSuffix(".index.json") { return try ShardedSafetensors(index: path) }
  if path.lowercased().hasSuffix(".npz") { return try NPZArchive(path: path) }
  return try SafetensorsFile(path: path)
}

private func openWeights(inFolder folder: String) throws -> any WeightStore {
  let names = ["model.safetensors.index.json", "model.safetensors"]
  for name in names where fileExists("\(folder)/\(name)") {
    return try openWeights("\(folder)/\(name)")
  }
  for name in ["pytorch_model.bin", "pytorch_model.bin.index.json"]
  where fileExists("\(folder)/\(name)") {
    throw pickleError("\(folder)/pytorch_model.bin", "the folder holds Python pickles only")
  }
  throw DiagnosticError(
    "\(folder): there are no weights in this folder",
    hints: ["expected \(names.joined(separator: " or "))"])
}
