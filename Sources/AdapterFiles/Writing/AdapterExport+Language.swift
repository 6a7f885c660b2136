import Backbones
import Checkpoints
import PETL

extension AdapterExport {
  /// Writes the adapter of a language model in PEFT's format, in Hugging Face's names, when that holds it, else in
  /// our own.
  ///
  /// The names are those of the model for the task: of one that predicts tokens (`task_type: CAUSAL_LM`), of one
  /// that tells classes apart where there is a head (`SEQ_CLS`), else of the bare encoder (`FEATURE_EXTRACTION`).
  /// A head is saved whole, its pooler too.
  ///
  /// - Parameters:
  ///   - network: A `Decoder` or a `TextEncoder`.
  ///   - family: Which kind.
  ///   - adapters: What is attached to it, with trained values.
  ///   - groups: The methods with their options.
  ///   - head: The head of classes; nil without one.
  ///   - baseModel: The weights that it was trained on, for the record.
  ///   - metadata: Strings to keep beside the tensors.
  ///   - folder: It is created if need be.
  /// - Returns: `peft` or `petl`.
  /// - Throws: `DiagnosticError` when a file cannot be written.
  @discardableResult
  public static func writeLanguage(
    network: any AdaptableNetwork, family: LanguageFamily, adapters: AdapterSet,
    groups: [AdapterGroup], head: TextHead? = nil, baseModel: String? = nil,
    metadata: [String: String] = [:], to folder: String
  ) throws -> String {
    let contents = AdapterContents(
      backbone: network, adapters: adapters, groups: groups, family: family, textHead: head,
      baseModel: baseModel, metadata: metadata)
    let format = Format.peft(SiteModules(of: family, hasHead: head != nil))
    guard objection(to: contents, as: format) == nil else {
      try write(contents, to: folder, as: .petl)
      return "petl"
    }
    try write(contents, to: folder, as: format)
    return "peft"
  }
}

extension SiteModules {
  /// The names of a family's modules, with the root of a model with a head.
  init(_ family: LanguageFamily) {
    self =
      switch family {
      case .llama, .mistral, .qwen2, .qwen3: .llama
      case .gemma3: .gemma
      case .gpt2: .gpt2
      case .bert: .bert
      case .roberta: .roberta
      case .distilbert: .distilbert
      case .debertaV2: .deberta
      }
  }

  /// The names in the model that an adapter is trained in: of an encoder without a head those of the bare model.
  init(of family: LanguageFamily, hasHead: Bool) {
    let whole = SiteModules(family)
    self = family.isDecoder || hasHead ? whole : whole.bare
  }
}
