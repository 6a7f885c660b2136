extension PEFTAdapterFolder {
  /// `README.md`: a short model card with the header that model hubs read.
  var modelCard: String {
    let ranks = Set(modules.map(\.rank)).sorted().map(String.init).joined(separator: ", ")
    let parameters =
      modules.reduce(0) { $0 + $1.a.count + $1.b.count + ($1.magnitude?.count ?? 0) }
      + fullTensors.reduce(0) { $0 + $1.values.count }
    let header = baseModel.map { "base_model: \(jsonString($0, asciiOnly: false))\n" } ?? ""
    let saved = Set(fullTensors.map(\.module)).sorted().map { "`\($0)`" }.joined(separator: ", ")
    return """
      ---
      \(header)library_name: peft
      tags: [\(isDoRA ? "dora" : "lora")]
      ---

      # \(isDoRA ? "DoRA" : "LoRA") adapter

      Written by PETLKit in the format of PEFT \(PEFTNames.version).

      - adapted linear maps: \(modules.count)
      - rank: \(ranks)\(rslora ? ", rank-stabilised scaling" : "")
      - modules saved whole: \(saved.isEmpty ? "none" : saved)
      - parameters: \(parameters)

      ```python
      from peft import PeftModel
      model = PeftModel.from_pretrained(backbone, "path/of/this/folder")
      ```

      """
  }
}
