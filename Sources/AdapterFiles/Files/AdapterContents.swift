import Backbones
import Checkpoints
import PETL

/// An adapter with all that a file keeps of it.
public struct AdapterContents {
  /// The network that it is on.
  public var backbone: any AdaptableNetwork
  /// The adapters.
  public var adapters: AdapterSet
  /// The methods with their options.
  public var groups: [AdapterGroup]
  /// The head, [classes, width] and [classes]; nil without one.
  public var head: (weight: Tensor, bias: Tensor)?
  /// The kind of language model that it is on; nil of an image network.
  public var family: LanguageFamily?
  /// The head of classes of a language model, in the place of `head`; nil without one.
  public var textHead: TextHead?
  /// The weights that it was trained on, for the record.
  public var baseModel: String?
  /// Strings to keep beside the tensors; `recipe`, `probe` and provenance.
  public var metadata: [String: String]

  /// Collects the contents.
  public init(
    backbone: any AdaptableNetwork, adapters: AdapterSet, groups: [AdapterGroup],
    head: (weight: Tensor, bias: Tensor)? = nil, family: LanguageFamily? = nil,
    textHead: TextHead? = nil, baseModel: String? = nil, metadata: [String: String] = [:]
  ) {
    (self.family, self.textHead) = (family, textHead)
    self.backbone = backbone
    self.adapters = adapters
    self.groups = groups
    self.head = head
    self.baseModel = baseModel
    self.metadata = metadata
  }

  /// What was loaded, to be written in another format.
  ///
  /// A probe that the file holds is kept: the function is the same.
  public init(_ loaded: LoadedAdapter, on backbone: any AdaptableNetwork) {
    self.init(
      backbone: backbone, adapters: loaded.adapters, groups: loaded.groups, head: loaded.head,
      family: loaded.family, textHead: loaded.textHead, baseModel: loaded.baseModel,
      metadata: loaded.metadata.filter { !AdapterFile.ownKeys.contains($0.key) })
  }

  /// What is stored of it in our own format, with names, in a fixed order.
  var stored: [(name: String, value: Tensor)] {
    let own = adapters.parameters + adapters.constants + backbone.parameters
    return own.map { ($0.name, $0.parameter.value) }
      + (head.map { [("head.weight", $0.weight), ("head.bias", $0.bias)] } ?? [])
      + (textHead?.named ?? [])
  }
}
