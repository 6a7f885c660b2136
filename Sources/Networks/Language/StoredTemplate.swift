import Datasets
import PETL

/// What is known of the template of chats that came with a model.
///
/// Templates are programs in Jinja, which are not run here. Three published ones are told by their marks, and a
/// template with anything else that changes a plain conversation is not known.
package struct StoredTemplate {
  /// The template that has these marks; nil for another.
  package let template: ChatTemplate?
  /// What the model is told where a conversation says nothing; nil for nothing.
  package let system: String?

  /// Looks for marks.
  ///
  /// - Parameter text: in Jinja.
  package init(_ text: String) {
    template = Self.marks.first { $0.value.fits(text) }?.key
    system = template == .chatml ? Self.system(in: text) : nil
  }

  /// What tells a template.
  private struct Marks {
    /// All of these are in it.
    let needed: [String]
    /// Each token that is spelled `<|…|>` is one of these.
    let tokens: Set<String>
    /// None of these is in it.
    let refused: [String]

    func fits(_ text: String) -> Bool {
      let parts = text.split(separator: "<|", omittingEmptySubsequences: false).dropFirst()
      let spelled = Set(
        parts.map { part in
          let end = part.firstRange(of: "|>")?.upperBound ?? part.endIndex
          return "<|" + part[..<end]
        })
      // A line break is written as it is, or as Jinja writes it.
      let text = text.replacing("\\n", with: "\n")
      return needed.allSatisfy(text.contains) && !refused.contains(where: text.contains)
        && spelled.isSubset(of: tokens)
    }
  }

  private static let marks: [ChatTemplate: Marks] = [
    .chatml: Marks(
      needed: ["<|im_start|>", "<|im_end|>", "<|im_start|>assistant\n"],
      tokens: ["<|im_start|>", "<|im_end|>"], refused: ["trim", "bos_token", "think", "strip"]),
    .llama3: Marks(
      needed: ["<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>", "trim"],
      tokens: ["<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"],
      refused: ["Cutting Knowledge", "date_string", "think"]),
    .gemma: Marks(
      needed: ["<start_of_turn>", "<end_of_turn>", "bos_token", "trim", "model"], tokens: [],
      refused: ["think"]),
  ]

  /// The words of a system's turn that stand in the template itself, as those of SmolLM2 and Qwen 2.5.
  private static func system(in text: String) -> String? {
    for newline in ["\n", "\\n"] {
      let parts = text.split(
        separator: "<|im_start|>system" + newline, omittingEmptySubsequences: false)
      for part in parts.dropFirst() {
        guard let end = part.firstRange(of: "<|im_end|>") else { continue }
        let words = part[..<end.lowerBound]
        // Anything that is computed has quotes or braces.
        if !words.isEmpty, !words.contains(where: { "'\"{}".contains($0) }) { return String(words) }
      }
    }
    return nil
  }
}
