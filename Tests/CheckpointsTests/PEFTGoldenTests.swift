import PETL
import TestSupport
import Testing

@testable import Checkpoints

/// The folder that PEFT wrote (Fixtures/make_peft_folder.py).
struct PEFTGoldenTests {
  @Test func mergesToWhatPEFTMerges() throws {
    let folder = try PEFTAdapterFolder.read(fixture("peft"))
    let base = try SafetensorsFile(path: fixture("peft/base.safetensors"))
    let merged = try SafetensorsFile(path: fixture("peft/merged.safetensors"))
    #expect(folder.warnings.isEmpty)
    #expect(folder.rslora)
    #expect(folder.dropout == 0.25)
    #expect(folder.modules.map(\.rank) == [2, 3, 4])
    #expect(folder.modules.map(\.alpha) == [6.5, 3, 3])
    for lora in folder.modules {
      let inputs = lora.aShape[1]
      var weight = try base.floats("\(lora.module).weight")
      let scaling = lora.scaling(rslora: folder.rslora)
      for index in weight.indices {
        let (row, column) = (index / inputs, index % inputs)
        let sum = (0..<lora.rank).reduce(0.0) {
          $0 + Double(lora.b[row * lora.rank + $1]) * Double(lora.a[$1 * inputs + column])
        }
        weight[index] += Float(sum * scaling)
      }
      let expected = try merged.floats("\(lora.module).weight")
      let worst = zip(weight, expected).map { abs($0 - $1) }.max() ?? .infinity
      #expect(worst < 2e-6, "\(lora.module): \(worst)")
    }
    for tensor in folder.fullTensors {
      let expected = try merged.floats(tensor.name)
      #expect(tensor.values == expected)
    }
    #expect(folder.fullTensors.map(\.name) == ["head.bias", "head.weight"])
  }

  @Test func survivesADamagedConfiguration() throws {
    let valid = try readFile(fixture("peft/adapter_config.json"), limit: 1 << 20)
    var refused = 0
    for _ in 0..<500 {
      var bytes = valid
      for _ in 0..<2 { bytes[.random(in: 0..<bytes.count)] = .random(in: 0...255) }
      do {
        let json = try JSONValue(parsing: bytes, name: "damaged.json")
        let configuration = try PEFTConfiguration(json, file: "damaged.json")
        _ = try configuration.targets.adapts("blocks.0.attn.qkv")
        _ = try configuration.rank(of: "blocks.0.attn.qkv")
      } catch {
        #expect(error is DiagnosticError)
        refused += 1
      }
    }
    #expect(refused > 100)
  }
}
