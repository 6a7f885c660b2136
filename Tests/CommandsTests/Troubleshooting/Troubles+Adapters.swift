import Checkpoints
import TestSupport

extension Troubles {
  static let ofAdapters: [String: Trouble] = [
    "an adapter alone does not bring its weights": {
      try $0.copyAdapter("timm-list")
      return try $0.says("petl merge adapter --output m.safetensors")
    },
    "the stored probe is not reproduced": {
      try $0.train()
      try $0.rewrite("tiny.safetensors", as: "w.safetensors") { name, shape, values in
        .float32(name, shape: shape, name == "norm.bias" ? values.map { $0 + 0.1 } : values)
      }
      return try $0.says("petl merge run/adapter --weights w.safetensors --output m.safetensors")
    },
    "cannot be merged": {
      try $0.train("adapter={type: adaptformer, rank: 2}")
      return try $0.says("petl merge run --output m.safetensors")
    },
    "modules of this network of which the file has no tensors": {
      try $0.copyAdapter("timm-list", #""target_modules": ["#, #""target_modules": ["fc2","#)
      return try merging($0)
    },
    "are of a text tower": {
      let module = PEFTLoRA(
        module: "text_model.encoder.layers.0.self_attn.q_proj",
        factors: LowRankFactors(
          a: sample(16), b: sample(16), rank: 1, alpha: 1), inputs: 16)
      try PEFTAdapterFolder(modules: [module]).write(to: "\($0.folder)/adapter")
      return try merging($0)
    },
    "takes too long to match": {
      try $0.copyAdapter(
        "timm-regex", #""blocks\\.\\d+\\.mlp\\.fc[12]|blocks\\.0\\.attn\\.qkv""#,
        #""(.*)*(.*)*\\1(.*)*\\2(.*)*x""#)
      return try merging($0)
    },
    "taken for a wrapper around the network": {
      try $0.rewrite("tiny.safetensors", as: "w.safetensors") {
        .float32("module." + $0, shape: $1, $2)
      }
      return try $0.says("petl inspect --json w.safetensors")
    },
    "rounding to the types of the file loses": {
      try $0.rewrite("tiny.safetensors", as: "w.safetensors") { .bfloat16($0, shape: $1, $2) }
      let module = PEFTLoRA(
        module: "blocks.0.attn.proj",
        factors: LowRankFactors(
          a: sample(16), b: sample(16, deviation: 1e-4), rank: 1, alpha: 1), inputs: 16)
      try PEFTAdapterFolder(modules: [module]).write(to: "\($0.folder)/adapter")
      return try $0.says("petl merge adapter --weights w.safetensors --output m.safetensors")
    },
    "the adapter has no probe": {
      try $0.copyAdapter("timm-list")
      return try merging($0)
    },
  ]

  /// The folder `adapter` on the network that the adapters of Tests/Fixtures/interop are of.
  private static func merging(_ bench: Bench) throws -> String {
    let weights = fixture("interop/base.safetensors")
    return try bench.says(
      "petl merge adapter --weights \(weights) --heads 2 --output m.safetensors")
  }
}
