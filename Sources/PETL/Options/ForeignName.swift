/// What PEFT, transformers and timm call what a recipe calls otherwise, or does not have: for hints.
package enum ForeignName {
  /// There is the same under another name.
  ///
  /// The path is that of the option; it has a dot where the option stands in a section.
  case called(String)
  /// There is no such thing, and why, or what there is instead: a clause.
  case missing(String)

  /// What recipes have for a key of another library; nil where none is known.
  ///
  /// - Parameter key: of a recipe that a user wrote.
  package init?(key: String) {
    guard let found = Self.keys[key] else { return nil }
    self = found
  }

  /// All keys of other libraries that are known.
  package static let keys: [String: ForeignName] = {
    var keys: [String: ForeignName] = [:]
    for (path, names) in called { for name in names { keys[name] = .called(path) } }
    for (reason, names) in missing { for name in names { keys[name] = .missing(reason) } }
    return keys
  }()

  /// Whether it is an option of that section.
  func isOption(of section: String) -> Bool {
    guard case .called(let path) = self else { return false }
    let parts = path.split(separator: ".")
    return parts.count == 1 ? section.isEmpty : section.split(separator: ".").first == parts[0]
  }

  /// The hint for a key that a section does not have.
  ///
  /// - Parameters:
  ///   - section: that the key stands in; empty at the top.
  ///   - own: the keys of that section.
  /// - Returns: a clause; nil where the section has no such option, as an adapter without a rank.
  func hint(in section: String, _ own: [String]) -> String? {
    switch self {
    case .missing(let reason): return "there is none here: \(reason)"
    case .called(let path):
      let parts = path.split(separator: ".").map(String.init)
      let (name, owner) = (parts[parts.count - 1], parts.dropLast().joined(separator: "."))
      if owner.isEmpty {
        return section.isEmpty
          ? "here it is called '\(name)'" : "here it is '\(name)' at the top of the recipe"
      }
      guard "\(section).".hasPrefix("\(owner).") else {
        return "here it is '\(name)' under '\(owner)'"
      }
      return own.contains(name) ? "here it is called '\(name)'" : nil
    }
  }

  /// The options of recipes by what others call them.
  private static let called: [(path: String, names: [String])] = [
    ("adapter.rank", ["r", "lora_r", "lora_rank"]),
    ("adapter.alpha", ["lora_alpha"]),
    ("adapter.dropout", ["lora_dropout"]),
    ("adapter.rslora", ["use_rslora"]),
    ("adapter.start", ["init_lora_weights"]),
    ("adapter.sites", ["target_modules", "target_module"]),
    ("adapter.layers", ["layers_to_transform"]),
    ("adapter.type", ["peft_type", "peft", "method"]),
    ("optimizer.learning_rate", ["lr", "base_lr", "max_lr"]),
    ("optimizer.weight_decay", ["wd"]),
    ("optimizer.type", ["optim", "opt"]),
    ("optimizer.beta1", ["adam_beta1"]),
    ("optimizer.beta2", ["adam_beta2"]),
    ("optimizer.epsilon", ["adam_epsilon", "eps"]),
    ("optimizer.gradient_clip", ["max_grad_norm", "clip_grad", "grad_clip", "gradient_clipping"]),
    ("schedule.type", ["lr_scheduler_type", "lr_scheduler", "scheduler", "sched"]),
    ("schedule.warmup_epochs", ["warmup_steps", "num_warmup_steps", "warmup_ratio", "warmup"]),
    ("epochs", ["num_epochs", "num_train_epochs", "max_epochs", "n_epochs"]),
    ("batch_size", ["per_device_train_batch_size", "train_batch_size", "global_batch_size", "bs"]),
    (
      "micro_batch_size",
      ["gradient_accumulation_steps", "grad_accum_steps", "accumulate_grad_batches"]
    ),
    ("drop_last", ["dataloader_drop_last"]),
    ("threads", ["num_workers", "workers", "num_threads", "dataloader_num_workers"]),
    ("task", ["task_type"]),
    ("seed", ["data_seed", "random_seed"]),
    (
      "backbone.weights",
      [
        "model", "model_name", "model_name_or_path", "base_model_name_or_path", "pretrained",
        "checkpoint",
      ]
    ),
    ("backbone.image_size", ["img_size", "input_size"]),
    ("backbone.drop_path", ["drop_path_rate"]),
    (
      "backbone.precision",
      ["bf16", "fp16", "dtype", "torch_dtype", "load_in_4bit", "load_in_8bit"]
    ),
    ("data.path", ["dataset", "dataset_name", "data_dir", "data_path", "train_file", "root"]),
    ("data.train", ["train_split"]),
    ("data.augmentation", ["augment", "transforms", "train_transforms"]),
    ("data.augmentation.flip", ["hflip", "horizontal_flip"]),
    ("data.augmentation.crop", ["random_resized_crop"]),
    ("data.augmentation.rand_augment", ["auto_augment", "aa", "randaugment"]),
    ("data.augmentation.erasing", ["reprob", "random_erasing"]),
    ("data.augmentation.mixup", ["mixup_alpha"]),
    ("data.augmentation.cutmix", ["cutmix_alpha"]),
    ("text.length", ["max_seq_length", "max_seq_len", "max_length", "block_size", "cutoff_len"]),
    ("text.recompute", ["gradient_checkpointing"]),
    ("loss.label_smoothing", ["label_smoothing_factor", "smoothing"]),
  ]

  /// What there is not.
  private static let missing: [(reason: String, names: [String])] = [
    (
      "brightness, contrast, saturation and hue stand under data.augmentation",
      ["color_jitter", "colour_jitter"]
    ),
    (
      "'rules: [{type: layer-decay, decay: 0.75}]' gives layers rates of their own",
      ["layer_decay", "llrd", "layer_wise_lr_decay"]
    ),
    (
      "'rules: [{type: early-stopping, patience: 5}]' ends a stage that does not get better",
      ["early_stopping", "early_stopping_patience", "patience"]
    ),
    (
      "every epoch is measured, logged and saved",
      [
        "save_steps", "save_strategy", "logging_steps", "eval_steps", "eval_strategy",
        "evaluation_strategy", "save_total_limit",
      ]
    ),
    ("the weights' own layout says so", ["fan_in_fan_out"]),
    (
      "each run leaves metrics.jsonl and report.html",
      ["report_to", "logging", "wandb", "tensorboard"]
    ),
    (
      "'rules: [{type: ema}]' measures and keeps the moving average",
      ["ema", "ema_decay", "model_ema", "use_ema"]
    ),
    ("petl computes on processors", ["device", "device_map", "gpu", "cuda", "use_cpu"]),
  ]

  /// The kinds of sites by what modules of other libraries are called.
  package static let sites: [String: [String]] = [
    "query": ["q_proj", "q", "to_q", "q_lin", "query_proj", "wq"],
    "key": ["k_proj", "k", "to_k", "k_lin", "key_proj", "wk"],
    "value": ["v_proj", "v", "to_v", "v_lin", "value_proj", "wv"],
    "query, key, value": ["qkv", "c_attn", "in_proj", "in_proj_weight", "qkv_proj"],
    "output": ["o_proj", "out_proj", "to_out", "out_lin", "attn.proj", "proj", "wo"],
    "fc1": ["up_proj", "c_fc", "lin1", "mlp.fc1", "intermediate"],
    "fc2": ["down_proj", "lin2", "mlp.fc2", "c_proj"],
    "gate": ["gate_proj"],
    "query, key, value, output, fc1, fc2": ["all-linear", "all_linear"],
  ]

  /// The hint for a word where one of some names is wanted.
  ///
  /// - Parameters:
  ///   - word: that a user wrote.
  ///   - allowed: the names.
  /// - Returns: a clause; nil where the word is no module of another library, or the names are no sites.
  static func hint(site word: String, _ allowed: [String]) -> String? {
    guard let found = sites.first(where: { $0.value.contains(word) })?.key,
      found.split(separator: ", ").allSatisfy({ allowed.contains(String($0)) })
    else { return nil }
    return "'\(word)' is \(found) here"
  }
}
