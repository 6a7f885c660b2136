import Foundation
import PETL
import Testing

@testable import Checkpoints

/// Writes what Fixtures/check_peft_folder.py checks against PEFT itself.
///
/// Skipped unless the environment names a folder, PETL_PEFT_CHECK, with the `base.safetensors` that
/// `check_peft_folder.py --make-base` writes. Python is not run here.
struct PythonExchangeTests {
  static let folder = ProcessInfo.processInfo.environment["PETL_PEFT_CHECK"]
  let width = 192

  func values(_ count: Int, _ scale: Float = 0.05) -> [Float] {
    (0..<count).map { _ in Float.random(in: -scale...scale) }
  }

  func factors(rank: Int, outputs: Int, alpha: Double) -> LowRankFactors {
    LowRankFactors(
      a: values(rank * width), b: values(outputs * rank), rank: rank, alpha: alpha)
  }

  /// Adds scaling · B · A to rows of `weight` that begin at `row`, in double precision.
  func merge(
    _ lora: LowRankFactors?, scaling: Double, into weight: inout [Float], row: Int
  ) {
    guard let lora else { return }
    for output in 0..<lora.b.count / lora.rank {
      for input in 0..<width {
        let sum = (0..<lora.rank).reduce(0.0) {
          $0 + Double(lora.b[output * lora.rank + $1]) * Double(lora.a[$1 * width + input])
        }
        weight[(row + output) * width + input] += Float(sum * scaling)
      }
    }
  }

  /// Writes a folder and the merged weights that it must lead to.
  ///
  /// A LoRA of rank 2, 3 or 4 on query and value of every layer, of key in layer 0 too, and of `proj`
  /// in layers 1 and 2; a head trained whole. The expected weights come from the separate factors.
  @Test(.enabled(if: folder != nil), arguments: [false, true])
  func writesForPython(_ rslora: Bool) throws {
    let place = try #require(Self.folder)
    let base = try SafetensorsFile(path: "\(place)/base.safetensors")
    var expected: [TensorRecord] = []
    var modules: [PEFTLoRA] = []
    func weight(_ name: String, _ change: (inout [Float]) -> Void) throws {
      let entry = try #require(base.entry(name))
      var values = try base.floats(name)
      change(&values)
      expected.append(.float32(name, shape: entry.shape, values))
    }
    for layer in 0..<12 {
      let rank = 2 + layer % 3
      let query = factors(rank: rank, outputs: width, alpha: 2 * Double(rank))
      let key = layer == 0 ? factors(rank: 1, outputs: width, alpha: 5) : nil
      let value = factors(rank: rank, outputs: width, alpha: 2 * Double(rank))
      let fused = try peftBlockLoRA(
        query: query, key: key, value: value, width: width, rslora: rslora)
      let module = "blocks.\(layer).attn.qkv"
      modules.append(PEFTLoRA(module: module, factors: fused, inputs: width))
      try weight("\(module).weight") { weight in
        for (part, lora) in [query, key, value].enumerated() {
          guard let lora else { continue }
          let root = rslora ? Double(lora.rank).squareRoot() : Double(lora.rank)
          merge(lora, scaling: lora.alpha / root, into: &weight, row: part * width)
        }
      }
    }
    for layer in 1...2 {
      let module = "blocks.\(layer).attn.proj"
      let lora = factors(rank: 4, outputs: width, alpha: 6.5)
      modules.append(PEFTLoRA(module: module, factors: lora, inputs: width))
      try weight("\(module).weight") {
        merge(lora, scaling: 6.5 / (rslora ? 2 : 4), into: &$0, row: 0)
      }
    }
    let head = PEFTAdapterFolder.FullTensor(
      name: "head.weight", shape: [10, width], values: values(10 * width))
    let bias = PEFTAdapterFolder.FullTensor(name: "head.bias", shape: [10], values: values(10))
    expected += [head, bias].map { .float32($0.name, shape: $0.shape, $0.values) }
    let folder = PEFTAdapterFolder(
      modules: modules, fullTensors: [head, bias], baseModel: "vit_tiny_patch16_224",
      rslora: rslora, dropout: 0.1, metadata: ["petl.check": "yes"])
    let owners = Set(base.entries.map { $0.name.split(separator: ".").dropLast() })
    let backbone = owners.filter { !$0.isEmpty }.map { $0.joined(separator: ".") }
    for (name, known) in [("full", []), ("short", backbone)] {
      let path = "\(place)/\(rslora ? "rslora" : "plain")-\(name)"
      try folder.write(to: path, backboneModules: known)
      try SafetensorsWriter.write(expected, metadata: [:], to: "\(path).expected.safetensors")
      #expect(try PEFTAdapterFolder.read(path).modules.count == modules.count)
    }
  }
}
