/// How folders of Hugging Face's PEFT hold a method: its type, keys and tensors.
///
/// Folders of the type `LORA` hold low-rank changes, with magnitudes or without, of whatever adapter; the parts
/// of a fused map come together and apart there whatever the form says.
///
/// PEFT is not needed to write one down: `PeftModel.from_pretrained` shows whether it loads. For a vector
/// that scales the outputs of each map, PEFT's IA3:
///
/// ```swift
/// PEFTForm(
///   "IA3",
///   keys: [
///     PEFTKey("feedforward_modules", mark: []), PEFTKey("init_ia3_weights", always: true),
///   ],
///   tensors: [PEFTTensor("ia3_l", [.outputs, .fixed(1)], parameter: "scale")],
///   fused: .rows(unadapted: 1))
/// ```
public struct PEFTForm: Sendable {
  /// What to do with a library's one map for query, key and value, such as timm's `attn.qkv`.
  public enum Fused: Sendable, Equatable {
    /// Nothing: such a map is refused.
    case refused
    /// The three parts stand one below the other in every tensor with an axis of outputs, and share the
    /// others; rows of a part that is not adapted hold this number.
    case rows(unadapted: Float)
    /// The three parts stand one below the other as in `rows`, and all of them are adapted: right for a method
    /// with a tensor that works on a part whatever its rows hold, such as a rotation of the inputs.
    case alike
    /// The change becomes the LoRA that it equals: `PEFTConvertible.linearFactors(peft:inputs:)` gives it
    /// when a folder is read; where parts of a fused map are adapted, they are written as LoRA.
    case asLoRA
  }

  /// Tensors that all maps share.
  public struct Shared: Sendable {
    /// What they are, in sentences: "projections".
    public let title: String
    /// The tensors; a map takes the first rows or columns of an axis of inputs or outputs.
    public let tensors: [PEFTTensor]
    /// What to do about a folder without them.
    public let hint: String

    /// Makes a list of shared tensors.
    ///
    /// - Parameters:
    ///   - title: What they are, in sentences; in the plural.
    ///   - tensors: The tensors; each name is what follows `base_model.`.
    ///   - hint: What to do about a folder without them.
    public init(_ title: String, _ tensors: [PEFTTensor], hint: String) {
      (self.title, self.tensors, self.hint) = (title, tensors, hint)
    }
  }

  /// PEFT's `peft_type`, such as `LORA`.
  public let type: String
  /// The method's name in sentences, such as `LoRA`.
  public let title: String
  /// The keys of the configuration that are the method's own.
  public let keys: [PEFTKey]
  /// The tensors of each adapted linear map.
  public let tensors: [PEFTTensor]
  /// The tensors that all maps share; nil when there are none.
  public let shared: Shared?
  /// What to do with a library's one map for query, key and value.
  public let fused: Fused

  /// Writes a form down.
  ///
  /// - Parameters:
  ///   - type: PEFT's `peft_type`.
  ///   - title: The method's name in sentences; the type by default.
  ///   - keys: The keys of the configuration that are the method's own, defaults included.
  ///   - tensors: The tensors of each adapted linear map; at least one.
  ///   - shared: The tensors that all maps share.
  ///   - fused: What to do with a library's one map for query, key and value.
  public init(
    _ type: String, title: String? = nil, keys: [PEFTKey] = [], tensors: [PEFTTensor],
    shared: Shared? = nil, fused: Fused = .refused
  ) {
    require(!tensors.isEmpty, "A PEFT form has at least one tensor for each map.")
    (self.type, self.title, self.keys) = (type, title ?? type, keys)
    (self.tensors, self.shared, self.fused) = (tensors, shared, fused)
  }

  /// Every tensor that the adapter of a map has.
  package var allTensors: [PEFTTensor] { tensors + (shared?.tensors ?? []) }

  /// Whether a configuration of this type is of this method; a key that is absent is not in `found`.
  package func fits(_ found: [String: PEFTValue]) -> Bool {
    !keys.contains { $0.excludes(found[$0.name]) }
  }

  /// The adapter's options of a folder with these settings, in the order of the keys.
  package func options(_ settings: [String: PEFTValue]) -> [(name: String, value: PEFTValue)] {
    keys.compactMap { key in key.option.map { ($0, settings[key.name] ?? key.value) } }
  }
}

extension PEFTForm.Fused {
  /// Whether the parts of a fused map stand one below the other.
  package var hasRows: Bool {
    switch self {
    case .rows, .alike: true
    case .refused, .asLoRA: false
    }
  }

  /// What the rows of a tensor hold for a part that is not adapted; nil where all parts are.
  package func unadapted(_ tensor: PEFTTensor) -> Float? {
    if case .rows(let number) = self { tensor.unadapted ?? number } else { nil }
  }
}
