import PETL

/// Settings that change what an adapter computes and that are not supported: each is refused by name
/// rather than ignored.
enum PEFTUnsupported {
  private static let reasons: [(key: String, reason: String)] = [
    ("use_qalora", "QALoRA groups the inputs"),
    ("use_bdlora", "BD-LoRA makes the factors block diagonal"),
    ("layer_replication", "it changes the layers of the backbone"),
    ("trainable_token_indices", "it trains rows of an embedding"),
    ("target_parameters", "it adapts parameters that are not linear maps"),
    ("kasa_config", "KaSA adds a diagonal of its own"),
    ("velora_config", "VeLoRA is another forward pass"),
    ("arrow_config", "Arrow routes between adapters"),
    ("alora_invocation_tokens", "aLoRA acts on a part of the tokens only"),
    ("monteclora_config", "MonteCLoRA samples its weights"),
    ("megatron_config", "Megatron splits layers over devices"),
    ("fan_in_fan_out", "the weights of the backbone are transposed"),
  ]

  /// These initialisations change the frozen weights, so the adapter alone is not the model.
  private static let initializations = ["pissa", "corda", "olora", "loftq", "lora_ga"]

  /// One diagnostic for every unsupported setting of `configuration`, read from `file`.
  static func diagnostics(_ configuration: JSONValue, file: String) -> [Diagnostic] {
    var found: [Diagnostic] = []
    let isLoRA = configuration["peft_type"]?.text == PEFTAdapterFolder.peftType
    for (key, reason) in reasons + (isLoRA ? [] : [("lora_bias", "B has a bias")]) {
      // PEFT takes an empty object for a configuration with its defaults.
      if let value = configuration[key], isSet(value) || value.members != nil {
        found.append(Diagnostic("\(file): `\(key)` is set, which is not supported: \(reason)"))
      }
    }
    let start = configuration["init_lora_weights"]?.text?.lowercased() ?? ""
    if initializations.contains(where: start.hasPrefix) {
      found.append(
        Diagnostic(
          "\(file): `init_lora_weights` is `\(start)`, which changes the frozen weights too",
          hints: [
            "save it with `path_initial_model_for_weight_conversion`, which makes it a plain LoRA"
          ]))
    }
    return found
  }

  private static func isSet(_ value: JSONValue) -> Bool {
    switch value {
    case .null, .bool(false): false
    case .array(let elements): !elements.isEmpty
    case .object(let members): !members.isEmpty
    default: true
    }
  }

  /// A warning for every key that PEFT does not know.
  static func warnings(
    _ configuration: JSONValue, file: String, known: [String]
  ) -> [Diagnostic] {
    (configuration.members ?? []).filter { !known.contains($0.name) }.map { member in
      let nearest = nearestName(to: member.name, among: known)
      return Diagnostic(
        "\(file): the key `\(member.name)` is not known and has no effect", severity: .warning,
        hints: nearest.map { ["did you mean `\($0)`?"] } ?? [])
    }
  }

  /// Every key that PEFT 0.21.2 writes whatever the method, or that is read for every method.
  static let generalKeys: [String] = """
    auto_mapping base_model_name_or_path bias exclude_modules fan_in_fan_out inference_mode \
    layers_pattern layers_to_transform modules_to_save peft_type peft_version revision \
    target_modules task_type
    """.split(separator: " ").map(String.init)

  /// The keys of a LoRA that say nothing in the configuration of a method that inherits them.
  static func idle(_ configuration: JSONValue) -> [String] {
    let harmless = ["init_lora_weights", "megatron_core", "qalora_group_size", "r"]
    return loraKeys.filter { key in
      harmless.contains(key) || !(configuration[key].map(isSet) ?? false)
    }
  }

  /// Every key that PEFT 0.21.2 writes of a LoRA.
  static let loraKeys: [String] = """
    alora_invocation_tokens alpha_pattern arrow_config auto_mapping base_model_name_or_path bias \
    corda_config ensure_weight_tying eva_config exclude_modules fan_in_fan_out inference_mode \
    init_lora_weights kasa_config layer_replication layers_pattern layers_to_transform \
    loftq_config lora_alpha lora_bias lora_dropout lora_ga_config megatron_config megatron_core \
    modules_to_save monteclora_config peft_type peft_version qalora_group_size r rank_pattern \
    revision target_modules target_parameters task_type trainable_token_indices use_bdlora \
    use_dora use_qalora use_rslora velora_config
    """.split(separator: " ").map(String.init)
}
