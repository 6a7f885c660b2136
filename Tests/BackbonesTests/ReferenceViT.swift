import Checkpoints
import PETL
import TestSupport

@testable import Backbones

/// A Vision Transformer written out in plain tensor operations, with room for what adapters add.
struct ReferenceViT {
  let configuration: ViTConfiguration
  let file: SafetensorsFile

  /// What a site gives with its adapter, from the input x (of a block: the stream) and what it
  /// gives without, y.
  typealias Addition = (_ kind: AdaptationSite.Kind, _ layer: Int, _ x: Tensor, _ y: Tensor) ->
    Tensor

  /// What a block's maps see with its adapter, from the normalised stream.
  typealias Input = (_ kind: AdaptationSite.Kind, _ layer: Int, _ h: Tensor) -> Tensor

  /// The features of images of the weights' own size; prompts [prompts, width] by layer.
  func features(
    _ images: Tensor, prompts: [Int: Tensor] = [:], input: Input = { $2 }, at adapted: Addition
  ) throws -> Tensor {
    let count = images.shape[0]
    let width = configuration.width
    var tokens = configuration.tokens
    let kernel = try file.tensor("patch_embed.proj.weight").reshaped([width, -1])
    var patches = images.patches(size: configuration.patchSize)
      .linear(weight: kernel, bias: try file.tensor("patch_embed.proj.bias"))
    let embedded = patches.reshaped([-1, width])
    patches = adapted(.embedding, 0, embedded, embedded).reshaped(patches.shape)
    let token = try file.tensor("cls_token").broadcast(to: [count, 1, width])
    var x = Tensor.concatenated([token, patches], axis: 1) + (try file.tensor("pos_embed"))
    x = x.reshaped([count * tokens, width])
    for layer in 0..<configuration.depth {
      if let fresh = prompts[layer] {
        // Each image by itself: its class token, the prompts, its patches.
        let rows = (0..<count).map { image -> Tensor in
          let own = x.sliced(axis: 0, image * tokens..<(image + 1) * tokens)
          let patches = own.sliced(axis: 0, tokens - configuration.tokens + 1..<tokens)
          return .concatenated([own.sliced(axis: 0, 0..<1), fresh, patches], axis: 0)
        }
        tokens = configuration.tokens + fresh.shape[0]
        x = Tensor.concatenated(rows, axis: 0)
      }
      let attended = try attention(layer, x, tokens, input, adapted)
      x = x + adapted(.attention, layer, x, attended)
      let mixed = try mlp(layer, x, input, adapted)
      x = x + adapted(.mlp, layer, x, mixed)
    }
    let first = try norm("norm", x.gathered((0..<count).map { $0 * tokens }))
    return adapted(.norm, configuration.depth - 1, first, first)
  }

  private func attention(
    _ layer: Int, _ x: Tensor, _ tokens: Int, _ input: Input, _ adapted: Addition
  ) throws -> Tensor {
    let (width, heads) = (configuration.width, configuration.heads)
    var h = try norm("blocks.\(layer).norm1", x)
    h = input(.attention, layer, adapted(.norm1, layer, h, h))
    let qkv = try linear("blocks.\(layer).attn.qkv", h)
    /// One of query, key and value as [images, heads, tokens, width of a head].
    func part(_ kind: AdaptationSite.Kind, _ index: Int) -> Tensor {
      let columns = qkv.sliced(axis: 1, index * width..<(index + 1) * width)
      return adapted(kind, layer, h, columns)
        .reshaped([-1, tokens, heads, width / heads]).transposed([0, 2, 1, 3])
    }
    let scores = part(.query, 0).matmul(part(.key, 1), transposingOther: true)
    let weights = scores.scaled(by: 1 / Float(width / heads).squareRoot()).softmax()
    let mixed = weights.matmul(part(.value, 2)).transposed([0, 2, 1, 3])
      .reshaped([x.shape[0], width])
    return adapted(.output, layer, mixed, try linear("blocks.\(layer).attn.proj", mixed))
  }

  private func mlp(
    _ layer: Int, _ x: Tensor, _ input: Input, _ adapted: Addition
  ) throws -> Tensor {
    var h = try norm("blocks.\(layer).norm2", x)
    h = input(.mlp, layer, adapted(.norm2, layer, h, h))
    let hidden = adapted(.fc1, layer, h, try linear("blocks.\(layer).mlp.fc1", h)).gelu()
    return adapted(.fc2, layer, hidden, try linear("blocks.\(layer).mlp.fc2", hidden))
  }

  private func linear(_ name: String, _ x: Tensor) throws -> Tensor {
    x.linear(weight: try file.tensor("\(name).weight"), bias: try file.tensor("\(name).bias"))
  }

  private func norm(_ name: String, _ x: Tensor) throws -> Tensor {
    let mean = x.mean(over: [1], keepingAxes: true)
    let centered = x - mean
    let variance = centered.squared().mean(over: [1], keepingAxes: true)
    let unit = centered / (variance + configuration.epsilon).sqrt()
    return unit * (try file.tensor("\(name).weight")) + (try file.tensor("\(name).bias"))
  }
}
