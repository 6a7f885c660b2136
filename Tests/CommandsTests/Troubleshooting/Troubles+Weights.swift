import Foundation
import TestSupport
import Testing

@testable import Checkpoints

extension Troubles {
  static let ofWeights: [String: Trouble] = [
    "not a network whose names are known": {
      try $0.validates("backbone.weights=data.safetensors")
    },
    "which may run any code when it is loaded": {
      try $0.says(#"printf '\200\002' > w.bin; petl inspect w.bin"#)
    },
    "is unexpected": {
      try $0.rewrite(
        "tiny.safetensors", as: "w.safetensors",
        adding: [.float32("blocks.0.attn.extra", shape: [1], [0])])
      return try $0.validates("backbone.weights=w.safetensors")
    },
    "nothing says how many heads attention has": {
      try $0.says(
        "petl inspect --json \(fixture("configurations/plain.safetensors"))")
    },
    "is not supported": {
      try $0.copy(fixture: "configurations/plain.safetensors", to: "w/model.safetensors")
      try $0.write(
        #"{"architecture": "vit_tiny_patch16_224", "model_args": {"global_pool": "max"}}"#,
        to: "w/config.json")
      return try $0.validates("backbone.weights=w")
    },
    "the positions may be of": {
      try $0.validates(
        "backbone.weights=\(fixture("configurations/registers.safetensors"))")
    },
    "the weights do not say which function is in their MLPs": {
      // Away from its config.json.
      try $0.copy(fixture: "namings/timm-clip/model.safetensors", to: "w.safetensors")
      return try $0.says("petl inspect --json w.safetensors")
    },
    "patches of … px do not divide images of": { try $0.validates("backbone.image_size=9") },
    "it has no numbers, every axis is at least 1": {
      try $0.copyAdapter("timm-list")
      try $0.rewrite(
        "adapter/adapter_model.safetensors", as: "adapter/adapter_model.safetensors"
      ) { name, shape, values in
        name.hasSuffix("lora_A.weight")
          ? .float32(name, shape: [shape[0], 0], []) : .float32(name, shape: shape, values)
      }
      return try $0.says(
        "petl merge adapter --weights \(fixture("interop/base.safetensors")) --output m.safetensors"
      )
    },
    "of memory, this machine has": {
      try pretraining($0, "model.image_size=512", "batch_size=65536")
    },
    "px are … tokens (": { try pretraining($0, "model.image_size=4096") },
    // An archive of that size is not made here: the function that every archive goes through.
    "weights do not shrink like that": { _ in
      complaint {
        try Inflation(packed: 1 << 20, inflated: 1900 << 20, largest: 1).require(of: "a.npz")
      }
    },
  ]

  /// Of sizes that no machine has.
  private static func pretraining(_ bench: Bench, _ changes: String...) throws -> String {
    try bench.says(
      "petl pretrain \(Checkout.path("Examples/recipes/vit-micro.yaml")) --output m.safetensors"
        + changes.map { " --set \($0)" }.joined())
  }
}
