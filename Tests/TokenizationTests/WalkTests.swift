import Checkpoints
import Foundation
import Testing
import Tokenization

/// The folder that Tests/Interop/walk_tokenizers.py wrote, if there is one.
private let walk = ProcessInfo.processInfo.environment["PETL_TOKENIZERS"]

@Suite("Tokenizers walked", .enabled(if: walk != nil, "PETL_TOKENIZERS names no folder"))
struct TokenizerWalkTests {
  @Test("number 10,000 odd texts and every character as the tokenizers library does")
  func all() throws {
    let folder = try #require(walk)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    for name in names
    where FileManager.default.fileExists(atPath: "\(folder)/\(name)/golden.json.gz") {
      let golden = try GoldenTokens("\(folder)/\(name)", texts: "\(folder)/texts.json.gz")
      let found = golden.differences()
      #expect(golden.ids.count == golden.texts.count)
      #expect(found.isEmpty, "\(name): \(found.joined(separator: "\n"))")
      print("\(name): \(golden.ids.count) texts")
    }
  }

  /// SmolLM2's vocabulary in its GGUF file, where the walk was given one.
  @Test("read the vocabulary of a GGUF file as tokenizer.json")
  func values() throws {
    let folder = try #require(walk) + "/smollm2-gguf"
    guard FileManager.default.fileExists(atPath: folder) else { return }
    let path = folder + "/values.json.gz"
    let json = try JSONValue(parsing: readGzipFile(path, limit: 1 << 28), name: path)
    var values = VocabularyValues(
      model: .gpt2, tokens: try #require(json["tokens"]?.elements).compactMap(\.text))
    values.merges = try #require(json["merges"]?.elements).compactMap(\.text)
    values.kinds = try #require(json["token_type"]?.elements).compactMap(\.whole)
      .compactMap(VocabularyValues.Kind.init)
    values.preTokenizer = json["pre"]?.text
    values.bos = json["bos_token_id"]?.whole
    values.addsBOS = json["add_bos_token"]?.flag
    let own = try Tokenizer(values: values, name: path)
    let golden = try GoldenTokens(folder, texts: "\(walk ?? "")/texts.json.gz")
    for (text, ids) in zip(golden.texts, golden.ids) {
      #expect(own.encode(text) == ids, "\(text.debugDescription)")
    }
    // Verified by the tokenizers library and an independent forward pass.
    #expect(
      own.encode("The city of Paris is the capital of France. It lies on the")
        == [504, 2240, 282, 7042, 314, 260, 3575, 282, 4649, 30, 657, 5721, 335, 260])
    let chat =
      "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n"
      + "<|im_start|>user\nWhat is the capital of Italy?<|im_end|>\n<|im_start|>assistant\n"
    #expect(
      own.encode(chat) == [
        1, 9690, 198, 2683, 359, 253, 5356, 5646, 11173, 3365, 3511, 308, 34519, 28, 7018, 411, 407,
        19712, 8182, 2, 198, 1, 4093, 198, 1780, 314, 260, 3575, 282, 7158, 47, 2, 198, 1, 520,
        9531,
        198,
      ])
  }
}
