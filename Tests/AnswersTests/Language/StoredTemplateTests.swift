import Datasets
import Testing

@testable import Answers

/// What is told from a template in Jinja by its marks.
@Suite struct StoredTemplateTests {
  /// The beginning of SmolLM2's.
  @Test func wordsOfTheSystemThatStandInIt() {
    let stored = StoredTemplate(
      "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}"
        + "{{ '<|im_start|>system\nYou are a helpful AI assistant named SmolLM<|im_end|>\n' }}{% endif %}"
        + "{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}"
    )
    #expect(stored.template == .chatml)
    #expect(stored.system == "You are a helpful AI assistant named SmolLM")
  }

  /// A computed turn of the system, as in Qwen 2.5, comes before the one that is written out.
  @Test func computedWordsAreNoWords() {
    let stored = StoredTemplate(
      #"{{- '<|im_start|>system\n' + messages[0]['content'] + '<|im_end|>\n' }}{% else %}"#
        + #"{{- '<|im_start|>system\nYou are Qwen.<|im_end|>\n' }}{% endif %}"#)
    #expect(stored.system == "You are Qwen.")
  }

  @Test func others() {
    #expect(StoredTemplate("{{ '<start_of_turn>' + role }}").template == .gemma)
    #expect(StoredTemplate("{{ '<|start_header_id|>' + role }}").template == .llama3)
    #expect(StoredTemplate("{{ '[INST] ' + content }}").template == nil)
    #expect(StoredTemplate("<|im_start|><start_of_turn>").template == nil)
    #expect(StoredTemplate("<|im_start|>").system == nil)
  }
}
