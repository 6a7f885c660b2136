import AdapterFiles
import Backbones
import Checkpoints
import Foundation
import PETL
import TestSupport
import Testing

/// `petl convert` of adapters of language models.
@Suite struct LanguageConversionTests {
  private func convert(
    _ path: String, _ model: String, to format: String, _ output: String, naming: String? = nil,
    variant: String? = nil
  ) throws -> AdapterConversion {
    let conversion = try AdapterConversion(
      path, weights: fixture("language/\(model)"), to: format, naming: naming, model: variant,
      registry: registry)
    try conversion.write(to: output)
    return conversion
  }

  /// PEFT's folder to mlx, to ours and back: the same function and, but for mlx's one rank, the same numbers.
  @Test(arguments: ["llama-lora", "llama-dora", "gpt2-lora", "bert-lora"])
  func thereAndBack(name: String) throws {
    let scratch = try ScratchFolder()
    let model = String(name.prefix { $0 != "-" })
    let peer = try LanguagePeer(model)
    let source = fixture("language-adapters/\(name)")
    let wanted = peer.values(try peer.read(source).adapters)
    var path = source
    for (step, format) in ["mlx", "petl", "peft"].enumerated() {
      let output = scratch.file("\(step)")
      let conversion = try convert(path, model, to: format, output)
      #expect(conversion.notes.isEmpty, "\(conversion.notes)")
      #expect(conversion.target.hasPrefix(format))
      let loaded = try peer.read(output)
      #expect(loaded.format.rawValue == format)
      #expect(relativeDistance(peer.values(loaded.adapters), wanted) < 1e-6)
      path = output
    }
  }

  /// mlx-lm keeps GPT-2 under `model.`, with A and B transposed.
  @Test func namesOfMLX() throws {
    let scratch = try ScratchFolder()
    let source = fixture("language-adapters/gpt2-lora")
    _ = try convert(source, "gpt2", to: "mlx", scratch.file("m"))
    let file = try SafetensorsFile(path: scratch.file("m/adapters.safetensors"))
    #expect(file.entry("model.h.0.attn.c_attn.lora_a")?.shape == [24, 3])
    #expect(file.entry("model.h.0.attn.c_attn.lora_b")?.shape == [3, 72])
    let settings = try scratch.text("m/adapter_config.json")
    #expect(settings.contains("\"attn.c_attn\"") && settings.contains("\"mlp.c_proj\""))
  }

  /// The names of the bare model and of one with a head.
  @Test func variants() throws {
    let scratch = try ScratchFolder()
    let source = fixture("language-adapters/bert-lora")
    let whole = try convert(source, "bert", to: "peft", scratch.file("h"), variant: "head")
    #expect(whole.target == "peft (hf-bert)")
    let file = try SafetensorsFile(path: scratch.file("h/adapter_model.safetensors"))
    #expect(file.entries.allSatisfy { $0.name.hasPrefix("base_model.model.bert.encoder.") })
    let bare = try convert(
      scratch.file("h"), "bert", to: "peft", scratch.file("b"), variant: "bare")
    #expect(bare.target == "peft (hf-bert, the bare model)")
    #expect(try scratch.text("b/adapter_config.json").contains("FEATURE_EXTRACTION"))
  }

  @Test func whatIsRefused() throws {
    let scratch = try ScratchFolder()
    let source = fixture("language-adapters/llama-lora")
    expectComplaint("no module names 'timm' for Llama") {
      try convert(source, "llama", to: "peft", scratch.file("a"), naming: "timm")
    }
    expectComplaint("our own format names sites") {
      try convert(source, "llama", to: "petl", scratch.file("a"), naming: "hf-llama")
    }
    expectComplaint("--model is 'half'") {
      try convert(source, "llama", to: "peft", scratch.file("a"), variant: "half")
    }
    let peer = try LanguagePeer("llama")
    let (adapters, groups) = try peer.adapters("adaptformer", [("rank", "3")], at: [.mlp])
    try AdapterExport.writeLanguage(
      network: peer.network, family: .llama, adapters: adapters, groups: groups,
      to: scratch.file("n"))
    for format in ["peft", "mlx"] {
      expectComplaint("changes single linear maps; 'adaptformer'") {
        try convert(scratch.file("n"), "llama", to: format, scratch.file("b"))
      }
    }
  }
}
