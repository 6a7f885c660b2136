import Datasets
import Testing

@testable import Answers
@testable import Networks

/// What is told from a template in Jinja by its marks.
@Suite struct StoredTemplateTests {
  /// The whole of SmolLM2's.
  private let smol =
    "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}"
    + "{{ '<|im_start|>system\nYou are a helpful AI assistant named SmolLM<|im_end|>\n' }}{% endif %}"
    + "{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}"
    + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"

  @Test func wordsOfTheSystemThatStandInIt() {
    let stored = StoredTemplate(smol)
    #expect(stored.template == .chatml)
    #expect(stored.system == "You are a helpful AI assistant named SmolLM")
  }

  /// A computed turn of the system, as in Qwen 2.5, comes before the one that is written out.
  @Test func computedWordsAreNoWords() {
    let stored = StoredTemplate(
      #"{{- '<|im_start|>system\n' + messages[0]['content'] + '<|im_end|>\n' }}{% else %}"#
        + #"{{- '<|im_start|>system\nYou are Qwen.<|im_end|>\n' }}{% endif %}"#
        + #"{{- '<|im_start|>assistant\n' }}"#)
    #expect(stored.template == .chatml)
    #expect(stored.system == "You are Qwen.")
  }

  /// Anything else in it makes it another template.
  @Test func whatChangesAConversationIsNotKnown() {
    for (mark, other) in [
      ("{% for", "{{ bos_token }}{% for"), ("assistant\n", "assistant\n<think>\n"),
      ("'<|im_end|>' + '\n'", "'<|im_sep|>'"), ("message['content']", "message['content'] | trim"),
      ("<|im_start|>assistant\n", "<|im_start|>model\n"),
    ] {
      #expect(smol.contains(mark))
      #expect(StoredTemplate(smol.replacing(mark, with: other)).template == nil, "\(other)")
    }
  }

  @Test func others() {
    let llama =
      "{{ bos_token }}{{ '<|start_header_id|>' + role + '<|end_header_id|>\n\n'+ content | trim + '<|eot_id|>' }}"
    #expect(StoredTemplate(llama).template == .llama3)
    // Llama 3.1 says the date.
    #expect(StoredTemplate(llama + "Cutting Knowledge Date: December 2023").template == nil)
    let gemma = "{{ bos_token }}{{ '<start_of_turn>model\n' + content | trim + '<end_of_turn>\n' }}"
    #expect(StoredTemplate(gemma).template == .gemma)
    #expect(StoredTemplate("{{ '[INST] ' + content }}").template == nil)
    #expect(StoredTemplate(smol + gemma).template == nil)
    #expect(StoredTemplate("<|im_start|>").system == nil)
  }
}
