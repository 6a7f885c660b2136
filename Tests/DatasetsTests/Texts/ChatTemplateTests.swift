import Datasets
import TestSupport
import Testing

/// Against the texts that the published templates give.
@Suite struct ChatTemplateTests {
  private let turns = [
    ChatMessage(.system, "Be brief."), ChatMessage(.user, " Hi "), ChatMessage(.assistant, "Ho"),
    ChatMessage(.user, "Bye"),
  ]

  private func text(_ template: ChatTemplate, _ turns: [ChatMessage], asks: Bool = true) throws
    -> String
  {
    try template.parts(of: turns, asksForAnswer: asks).map(\.text).joined()
  }

  @Test func chatml() throws {
    #expect(
      try text(.chatml, turns)
        == "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\n Hi <|im_end|>\n"
        + "<|im_start|>assistant\nHo<|im_end|>\n<|im_start|>user\nBye<|im_end|>\n"
        + "<|im_start|>assistant\n")
  }

  @Test func llama3() throws {
    #expect(
      try text(.llama3, turns)
        == "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|>"
        + "<|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>"
        + "<|start_header_id|>assistant<|end_header_id|>\n\nHo<|eot_id|>"
        + "<|start_header_id|>user<|end_header_id|>\n\nBye<|eot_id|>"
        + "<|start_header_id|>assistant<|end_header_id|>\n\n")
  }

  @Test func gemma() throws {
    #expect(
      try text(.gemma, turns)
        == "<bos><start_of_turn>user\nBe brief.\n\nHi<end_of_turn>\n<start_of_turn>model\nHo<end_of_turn>\n"
        + "<start_of_turn>user\nBye<end_of_turn>\n<start_of_turn>model\n")
  }

  /// The assistant's words count, and the token that ends its turn.
  @Test(arguments: ChatTemplate.allCases)
  func whatCounts(template: ChatTemplate) throws {
    let parts = try template.parts(of: Array(turns.prefix(3)), asksForAnswer: false)
    #expect(parts.filter(\.counts).map(\.text) == ["Ho" + template.endOfTurn])
  }

  @Test func turnsInTheWrongPlace() {
    expectComplaint("turn 2 is the system's") {
      try text(.chatml, [ChatMessage(.user, "a"), ChatMessage(.system, "b")])
    }
    expectComplaint("turn 1 is the assistant's") {
      try text(.gemma, [ChatMessage(.assistant, "a")])
    }
    expectComplaint("has a user's") { try text(.gemma, [ChatMessage(.system, "a")]) }
    expectComplaint("did you mean 'chatml'?") { try ChatTemplate(named: "chatlm") }
    expectComplaint("give the rendered text") { try ChatTemplate(named: "zephyr") }
  }
}
