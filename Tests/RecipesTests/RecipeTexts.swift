/// The recipe of docs/architecture.md, whole.
let whole = """
  name: quickstart
  seed: 3
  threads: 2
  backbone:
    type: vit
    weights: embedded:vit-micro        # or a file
    image_size: 64
    heads: 4
    epsilon: 1e-12
    drop_path: 0.1
  data:
    type: embedded
    name: digits
    normalization: imagenet
    train: train+val
  adapter:
    type: lora
    rank: 4
    scale: 0.5
    sites: [query, value, fc1]
    layers: [0, 2]
  regularizers:
    - type: resora
      measure: cosine
      weight: 0.2
    - type: overlap
    - type: resora
      weight: {type: linear, from: 0, to: 0.1, start_epoch: 10}
  optimizer:
    {type: adamw, learning_rate: 2e-3, weight_decay: 1e-2, beta1: 0.8, beta2: 0.99, gradient_clip: 1}
  schedule:
    {type: cosine, warmup_epochs: 10, warmup_factor: 0.1, minimum_factor: 0, step: epoch, lag_epochs: 1,
      cosine_from: start, cooldown_epochs: 5}
  batch_size: 32
  drop_last: true
  selection: last
  control: true
  stages:
    - {name: base, epochs: 100, regularize: false}
    - {name: refine, epochs: 50, learning_rate: 1e-4}
  """

/// A recipe of the other task.
let paired = """
  task: retrieval
  backbone: {type: clip, weights: clip, tokenizer: vocab.json, text_heads: 2}
  data: {type: pairs, path: p.jsonl, normalization: clip}
  adapter: {type: lora, towers: [text]}
  retrieval: {logit_scale: frozen, projections: learned}
  """

let least = """
  backbone: {weights: w.safetensors}
  data: {name: digits}
  """
