/// The shortest set of names that `target_modules` needs so that PEFT adapts exactly `adapted` among
/// `all` modules of the backbone.
///
/// PEFT takes a name for every module whose path is that name or ends in a dot and that name: `proj`
/// would also catch `patch_embed.proj`, hence `attn.proj`. When `all` is empty nothing is known about
/// the rest of the backbone and the full paths are used.
func shortestTargets(for adapted: [String], among all: [String]) -> [String] {
  let wanted = Set(adapted)
  guard !all.isEmpty else { return wanted.sorted() }
  // A suffix is spoilt when a module that must stay as it is ends in it.
  let spoilt = Set(all.lazy.filter { !wanted.contains($0) }.flatMap(suffixes(of:)))
  let targets = wanted.map { path in
    suffixes(of: path).first { !spoilt.contains($0) } ?? path
  }
  return Set(targets).sorted()
}

/// The endings of a dotted path, the shortest first and the whole last.
private func suffixes(of path: String) -> [String] {
  let parts = path.split(separator: ".", omittingEmptySubsequences: false)
  return (1...parts.count).map { parts.suffix($0).joined(separator: ".") }
}
