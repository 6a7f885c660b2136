import PETL

/// Throws if the name or the first bytes say that this is a pickle, which runs code when loaded.
///
/// - Throws: `DiagnosticError` with a command that converts the file.
func refusePickle(_ name: String, _ store: ByteStore) throws {
  let ending = name.split(separator: ".").last?.lowercased() ?? ""
  if ["bin", "pth", "pt", "pkl", "pickle", "ckpt"].contains(ending) {
    throw pickleError(name, "a `.\(ending)` file is a Python pickle")
  }
  guard store.count > 8 else { return }
  let start = store.values(0..<9, as: UInt8.self)
  // A header's length may begin with the same bytes, but then `{` follows it.
  guard start[8] != UInt8(ascii: "{"), start[8] != UInt8(ascii: " ") else { return }
  if start.starts(with: [UInt8(ascii: "P"), UInt8(ascii: "K"), 3, 4]) {
    if ending == "npz" {
      throw DiagnosticError(
        "\(name): this is a NumPy archive, safetensors are expected here")
    }
    throw pickleError(name, "this is a zip archive, as `torch.save` writes around a Python pickle")
  }
  if start[0] == 0x80, (2...5).contains(start[1]) {
    throw pickleError(name, "this is a Python pickle")
  }
}

/// The refusal of the file `name`, which is `what`, with a command that converts it.
func pickleError(_ name: String, _ what: String) -> DiagnosticError {
  let stem = name.split(separator: ".", omittingEmptySubsequences: false).dropLast()
  let target = (stem.isEmpty ? name : stem.joined(separator: ".")) + ".safetensors"
  let code =
    "import sys, torch; from safetensors.torch import save_file; "
    + "save_file({k: v.clone().contiguous() for k, v in torch.load(sys.argv[1], map_location='cpu', "
    + "weights_only=True).items()}, sys.argv[2])"
  return DiagnosticError(
    "\(name): \(what), which may run any code when it is loaded; only safetensors are read",
    hints: ["convert it once: python -c \"\(code)\" \(shellQuoted(name)) \(shellQuoted(target))"])
}

private func shellQuoted(_ text: String) -> String {
  "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
    + "'"
}
